/** Champion against challenger: is it better, and by more than chance. */
export { alphaOf, alphaSpent } from './alpha.ts';
export { bestValuesBootstrap, type BestValues } from './best-values.ts';
export { bayesianCorrelatedT, type PosteriorShares } from './bayesian-t.ts';
export { pairedBootstrap, type BootstrapInput, type BootstrapResult, type RowStatistic } from './bootstrap.ts';
export {
  compareFolds,
  comparePredictions,
  type Comparison,
  type ComparisonRules,
  type FoldScores,
  type PredictionScores,
} from './compare.ts';
export { correctedT, type TestedMean } from './corrected-t.ts';
export { delong, type AucComparison, type BinaryScores } from './delong.ts';
export { discordanceOf, mcnemarP, tangoInterval, type Discordance } from './mcnemar.ts';
export type { RowKey } from './units.ts';
export { decide, type Finding } from './verdict.ts';
