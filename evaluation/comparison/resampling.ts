/** Random samples of units with replacement, by counter: sample r is the same whichever others are drawn. */
import { philox } from '../../samplers/numerics/philox.ts';
import { addUnit, type Units } from './units.ts';

/** Last words of the counter: what these numbers are for. */
const SAMPLE = 0x626f6f74;
const ORDER = 0x6a61636b;

const block = new Uint32Array(4);

/**
 * Counts how often each row is in bootstrap sample `sample`: from each stratum as many units as it has.
 * @param seed    whole number, 0 to 2^53 - 1
 * @param counts  one a row; overwritten
 */
export function drawSample(units: Units, seed: number, sample: number, counts: Int32Array): void {
  const low = seed >>> 0;
  const high = Math.floor(seed / 4294967296);
  // without groups a unit is the row of the same number
  const single = units.starts.length === units.rows + 1;
  counts.fill(0);
  let drawn = 0;
  for (const stratum of units.strata) {
    const size = stratum.length;
    for (let i = 0; i < size; i++, drawn++) {
      if ((drawn & 3) === 0) philox(drawn >> 2, sample, 0, SAMPLE, low, high, block);
      // 32 random bits over so few units: none is preferred by more than its count in 2^32
      const unit = stratum[Math.floor((block[drawn & 3]! * size) / 4294967296)]!;
      if (single) counts[unit]!++;
      else addUnit(units, unit, 1, counts);
    }
  }
}

/** The units of a stratum in a random order. */
export function shuffled(stratum: Int32Array, seed: number, which: number): Int32Array {
  const order = stratum.slice();
  for (let i = order.length - 1; i > 0; i--) {
    philox(i, which, 0, ORDER, seed >>> 0, Math.floor(seed / 4294967296), block);
    const j = Math.floor((block[0]! * (i + 1)) / 4294967296);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
