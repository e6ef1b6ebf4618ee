/** Who takes part: a sampler and a scheduler each. */
import type { Entrant } from './play.ts';

const hyperband = { name: 'hyperband', options: { iterations: 1000 } };
const asynchronous = { name: 'hyperband', options: { asynchronous: true } };
const asha = { name: 'asha', options: {} };

export const ENTRANTS: Readonly<Record<string, Entrant>> = {
  random: { sampler: 'random' },
  tpe: { sampler: 'tpe' },
  'random + asha': { sampler: 'random', scheduler: asha },
  'random + hyperband': { sampler: 'random', scheduler: hyperband },
  'random + hyperband, asynchronous': { sampler: 'random', scheduler: asynchronous },
  'tpe + asha': { sampler: 'tpe', scheduler: asha },
  'tpe + hyperband': { sampler: 'tpe', scheduler: hyperband },
  // BOHB
  'bohb + hyperband': { sampler: 'bohb', scheduler: hyperband },
  'bohb + asha': { sampler: 'bohb', scheduler: asha },
};
