/** Door './analysis': what a study's trials say of its parameters and its course, as plain data for tables and plots. */
export { attainment, type Attainment, type AttainmentSurface } from './attainment.ts';
export { bestBand, bestSoFar, type BestBand, type BestSoFar } from './best-so-far.ts';
export { compareBest, type ComparisonOptions, type StudiesComparison } from './comparison.ts';
export { edf, type Edf } from './edf.ts';
export {
  fanova,
  type FanovaImportance,
  type FanovaImportances,
  type FanovaOptions,
  type Interaction,
} from './importance/fanova.ts';
export type { Importances, ParameterImportance } from './importance/importance.ts';
export { pedAnova, type PedAnovaImportances, type PedAnovaOptions } from './importance/ped-anova.ts';
export {
  jointDependence,
  partialDependence,
  type DependenceOptions,
  type JointDependence,
  type PartialDependence,
} from './partial-dependence.ts';
export type { StudyTrials } from './study-trials.ts';
