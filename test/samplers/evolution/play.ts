/** A study of one sampler, played in memory: trials close in the order they were asked for, `parallel` of them behind. */
import { resolveOptions } from '../../../samplers/registry.ts';
import { sessionOf } from '../../../samplers/session.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import { fromBase64 } from '../../../study/wording/base64.ts';

export type Result = Pick<Row, 'state' | 'y' | 'c'>;

export function played(
  sampler: Sampler<never>,
  problem: Problem,
  result: (x: Float64Array, number: number) => Result,
  { trials, seed = 1, options = {} }: { trials: number; seed?: number; options?: Readonly<Record<string, unknown>> },
): Row[] {
  const own = sampler as unknown as Sampler;
  const session = sessionOf(own, resolveOptions(own, options), problem, seed);
  const rows: Row[] = [];
  for (let number = 0, closed = 0; closed < trials; closed++) {
    for (; number < trials && number < closed + problem.parallel; number++) {
      const [{ x, seed: own, memo }] = session.ask([{ number, asOf: closed }]).suggestions;
      rows.push({
        number,
        space: 1,
        origin: 'sampler',
        state: 'pending',
        x: Float64Array.from(x, (value) => value ?? NaN),
        seed: own,
        asOf: closed,
        ...(memo !== undefined && { memo: fromBase64(memo) }),
      });
    }
    const row = rows[closed];
    rows[closed] = { ...row, ...result(row.x, closed), closed: closed + 1 };
    session.push([rows[closed]]);
  }
  return rows;
}

/** A result of some objectives. */
export function scored(...y: readonly number[]): Result {
  return { state: 'complete', y: Float64Array.from(y) };
}

/** ZDT1 [Zitzler 2000]: two objectives of any number of floats in [0, 1]. */
export function zdt1(x: Float64Array): Result {
  const g = 1 + (9 * x.slice(1).reduce((sum, v) => sum + v, 0)) / (x.length - 1);
  return scored(x[0], g * (1 - Math.sqrt(x[0] / g)));
}

/** The area that points of two objectives dominate, up to a corner. */
export function areaOf(rows: readonly Row[], corner: readonly [number, number]): number {
  let [area, lowest] = [0, corner[1]];
  const points = rows.flatMap(({ y }) => (y && y[0] < corner[0] ? [y] : [])).sort((a, b) => a[0] - b[0]);
  for (const [a, b] of points) {
    if (b >= lowest) continue;
    area += (corner[0] - a) * (lowest - b);
    lowest = b;
  }
  return area;
}
