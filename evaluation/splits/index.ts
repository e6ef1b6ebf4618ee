/** How the rows of a data set are divided: seeded, reproducible, as row numbers. */
export type { FoldOptions } from './checks.ts';
export type { SplitData } from './data.ts';
export { takeRows, type Fold } from './fold.ts';
export { groupKFold } from './group.ts';
export { holdOut, trainValidationTest, type HoldOutOptions, type ThreeParts } from './hold-out.ts';
export { kFold } from './k-fold.ts';
export { leaveOneGroupOut, leaveOneOut } from './leave-one-out.ts';
export { nested, type NestedFold } from './nested.ts';
export { repeated } from './repeated.ts';
export { derivedSeed, type SeedUse } from './shuffle.ts';
export { stratifiedGroupKFold } from './stratified-group.ts';
export { stratifiedKFold } from './stratified.ts';
export { testRatio } from './test-ratio.ts';
export { holdOutLast, timeSeries, type TimeSeriesOptions } from './time-series.ts';
export { splitsOf } from './trial-splits.ts';
