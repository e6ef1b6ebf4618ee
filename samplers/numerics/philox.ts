/** The random numbers of samplers, by the study's seed and the trial's number (study/numerics/philox.ts). */
import { openUnit, philox, STREAM } from '../../study/numerics/philox.ts';
import type { Rng } from '../sampler.ts';
import { normalQuantile } from './normal.ts';

export { philox } from '../../study/numerics/philox.ts';

/** Where philox leaves its four words. */
const block = new Uint32Array(4);

/**
 * The generator of one trial: key = the study's seed, counter = (i, purpose, trial number, 0).
 * @param studySeed    whole number, 0 to 2^53 - 1
 * @param trialNumber  whole number, 0 to 2^32 - 1
 */
export function createRng(studySeed: number, trialNumber: number): Rng {
  const low = studySeed >>> 0;
  const high = Math.floor(studySeed / 4294967296);
  const uniform = (purpose: number, i: number): number => {
    philox(i, purpose, trialNumber, STREAM.trial, low, high, block);
    return openUnit(block[0], block[1]);
  };
  return {
    uniform,
    normal: (purpose, i) => normalQuantile(uniform(purpose, i)),
    shared(purpose, i) {
      philox(i, purpose, 0, STREAM.study, low, high, block);
      return openUnit(block[0], block[1]);
    },
  };
}

/** What takes the place of the study's seed for a parameter that trials ask for by this name (two hashes of it): 0 to 2^53 - 1. */
export function parameterSeed(studySeed: number, nameHash: readonly [number, number]): number {
  const [high, low] = nameHash;
  philox(high, low, 0, STREAM.parameter, studySeed >>> 0, Math.floor(studySeed / 4294967296), block);
  return (block[0] >>> 11) * 4294967296 + block[1];
}

/** The seed handed to a trial's own code, 0 to 2^31 - 1. */
export function trialSeed(studySeed: number, trialNumber: number): number {
  philox(0, 0, trialNumber, STREAM.seed, studySeed >>> 0, Math.floor(studySeed / 4294967296), block);
  return block[0] >>> 1;
}
