/**
 * Hyperband by stopping, as Optuna's HyperbandPruner: a trial belongs to one of as many brackets as there are rungs, and bracket b is
 * asha-stopping without its b lowest rungs. The last one stops nothing. Scheduler `hyperband` is the form that pauses and promotes.
 *
 * The bracket follows from the trial's number and the study's seed: CRC-32 of "seed_number", weighted by Optuna's allocation
 * ceil(B eta^s / (s + 1)) of B brackets, s = B - 1 - b. Ours differs: the seed takes the place of Optuna's study name, and `max` is
 * given. Optuna's "auto" finds it out from whatever trials are complete when a process first prunes: after a restart brackets, and the
 * bracket of each trial, may be others.
 *
 * State: the rungs of each bracket (stopping-rungs.ts).
 */
import { ladderFault, ladderOf, LADDER_OPTIONS } from '../ladder.ts';
import type { Pruner } from '../scheduler.ts';
import { forget, judge, note, openRungs, type StoppingRungs } from './stopping-rungs.ts';

export interface HyperbandStoppingState {
  readonly seed: number;
  readonly brackets: readonly StoppingRungs[];
  readonly weights: readonly number[];
}

/** Known of the rungs of all brackets at one budget; of each rung 100 at least. */
const TRIALS = 1000;

export const hyperbandStopping: Pruner<HyperbandStoppingState> = {
  form: 'pruner',
  name: 'hyperband-stopping',
  version: 1,
  options: LADDER_OPTIONS,
  supports: (_problem, options) => {
    const fault = ladderFault(options);
    if (fault !== undefined) return fault;
    if (ladderOf(options).length > 1) return true;
    return `min is ${options['min']} and max ${options['max']}: no rung lies below max, and nothing would ever be pruned; lower min`;
  },
  crossings: (options) => ({ at: ladderOf(options).slice(0, -1) }),
  begin(problem, options) {
    const ladder = ladderOf(options);
    const eta = options['eta'] as number;
    const trials = Math.max(100, Math.floor(TRIALS / ladder.length));
    return {
      seed: problem.seed,
      brackets: ladder.map((_, b) => openRungs(ladder.slice(b, -1), eta, trials, problem)),
      weights: weightsOf(ladder.length, eta),
    };
  },
  reported: (state, number, report, seq) => note(rungsOf(state, number), number, report, seq),
  ended: (state, { number }) => forget(rungsOf(state, number), number),
  verdict: (state, trial, asOf) => judge(rungsOf(state, trial.number), trial, asOf),
};

/** Which bracket a trial belongs to. */
export function bracketOf({ seed, weights }: HyperbandStoppingState, number: number): number {
  let left = crc32(`${seed}_${number}`) % weights.reduce((sum, weight) => sum + weight, 0);
  return weights.findIndex((weight) => (left -= weight) < 0);
}

function rungsOf(state: HyperbandStoppingState, number: number): StoppingRungs {
  return state.brackets[bracketOf(state, number)]!;
}

function weightsOf(brackets: number, eta: number): number[] {
  let power = 1;
  return Array.from({ length: brackets }, (_, s) => {
    const weight = Math.ceil((brackets * power) / (s + 1));
    power *= eta;
    return weight;
  }).toReversed();
}

/** CRC-32 of ASCII text (polynomial 0xEDB88320), 0 to 2^32 - 1. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
