/** Door './evaluation': splits, metrics, comparisons and guards, all of them pure functions. */
export type { Label, Predictions } from '../study/evaluation/predictions.ts';
