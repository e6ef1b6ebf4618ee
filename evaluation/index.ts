/** Door './evaluation': splits, metrics, comparisons and guards, all of them pure functions. */
export type { Label, Predictions } from '../study/evaluation/predictions.ts';
export * from './comparison/index.ts';
export * from './guards/index.ts';
export { judge, type JudgeInput } from './judge.ts';
export * from './metrics/index.ts';
export { compareModels, type Behind, type ModelComparison } from './models.ts';
export { align, encodePredictions, parsePredictions, readPredictions } from './predictions.ts';
export * from './splits/index.ts';
