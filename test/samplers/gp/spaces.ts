/** Layouts and columns for the tests of Gaussian processes. */
import { layoutOf, writeColumns, type Layout } from '../../../samplers/gp/layout.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { drawPoint, unitDraws } from '../../../samplers/unit-cube.ts';
import type { CompiledSpace } from '../../../study/space/dimensions.ts';
import { choice, float, given, int, spaceOf } from '../spaces.ts';

/** Numbers, categories, and children of a category. */
export const mixed: CompiledSpace = spaceOf({
  kind: choice('a', 'b', 'c'),
  lr: float(1e-5, 1, { scale: 'log' }),
  size: int(1, 9),
  momentum: given(float(0, 1), 'kind', 'a', 'b'),
  flavour: given(choice('x', 'y'), 'kind', 'b'),
});

/** d floats in [0, 1]: a point's columns are its numbers. */
export function cube(d: number): CompiledSpace {
  return spaceOf(Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, float(0, 1)])));
}

export interface Drawn {
  readonly layout: Layout;
  readonly columns: Float64Array;
  readonly y: Float64Array;
}

/** n random points of a space, and numbers that vary smoothly with their columns, but for a little noise. */
export function drawn(space: CompiledSpace, n: number, seed: number): Drawn {
  const layout = layoutOf(space);
  const columns = new Float64Array(n * layout.columns);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const rng = createRng(seed, i);
    const x = drawPoint(space, { fixed: new Float64Array(space.dimensions.length).fill(NaN) }, unitDraws(rng, 0));
    writeColumns(layout, x, columns, i * layout.columns);
    y[i] = 0.1 * rng.normal(5000, 0);
    for (let c = 0; c < layout.columns; c++) y[i] += Math.sin(columns[i * layout.columns + c] * (c + 2));
  }
  return { layout, columns, y };
}
