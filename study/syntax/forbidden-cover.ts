/**
 * Whether forbidden regions leave nothing of a space. The bounds and values that they name cut each dimension into cells
 * in which no region changes its mind, so one point a cell decides. A cell without width, such as the one value between `below: 1`
 * and `above: 1`, does not count as something left.
 */
import { onStep, type CompiledSpace, type Dimension } from '../space/dimensions.ts';
import { forbiddenAt, holds } from '../space/point.ts';

/** Points looked at before the search gives up and takes the space for open. */
const BUDGET = 20_000;

/** True only if no point outside the forbidden regions exists; false also where finding out would take too long. */
export function coversEverything(compiled: CompiledSpace): boolean {
  const { dimensions } = compiled;
  const dims = dimensionsInvolved(compiled);
  const values = dims.map((dim) => representatives(dimensions[dim]!, cuts(compiled, dim)));
  const x = new Float64Array(dimensions.length).fill(NaN);
  let looked = 0;
  const leavesSome = (depth: number): boolean => {
    if (looked++ > BUDGET) return true;
    if (forbiddenAt(compiled, x) >= 0) return false;
    if (depth === dims.length) return true;
    const dim = dims[depth]!;
    const candidates = holds(dimensions[dim]!.when, x) ? values[depth]! : [NaN];
    for (const value of candidates) {
      x[dim] = value;
      if (leavesSome(depth + 1)) return true;
    }
    x[dim] = NaN;
    return false;
  };
  return compiled.space.forbid.length > 0 && !leavesSome(0);
}

/** What the regions name and what that depends on, parents first. */
function dimensionsInvolved({ space, slotOf }: CompiledSpace): number[] {
  const dims = space.forbid.flatMap((region) =>
    Object.keys(region).flatMap((name) => [...slotOf.get(name)!.dims, ...slotOf.get(name)!.when.map(({ dim }) => dim)]),
  );
  return [...new Set(dims)].sort((a, b) => a - b);
}

/** The numbers at which a region or a condition may change its mind about a dimension. */
function cuts({ space, slotOf, dimensions }: CompiledSpace, dim: number): number[] {
  const { name } = dimensions[dim]!;
  const named = space.forbid.flatMap((region) => {
    const { above, below, in: values } = region[name] ?? {};
    return [above, below, ...(values ?? [])].filter((value) => typeof value === 'number');
  });
  const conditions = [...slotOf.values()].flatMap(({ when }) => when.flatMap((w) => (w.dim === dim ? w.in : [])));
  return [...named, ...conditions];
}

function representatives({ kind, low, high, step, size }: Dimension, at: readonly number[]): number[] {
  if (kind === 'categorical' || kind === 'ordinal') return Array.from({ length: size }, (_, i) => low + i);
  if (step === 0 && size > 1) {
    const inside = at.filter((cut) => cut > low && cut < high).sort((a, b) => a - b);
    const edges = [low, ...inside, high];
    return edges.slice(1).flatMap((edge, i) => between(edges[i]!, edge));
  }
  const steps = at.flatMap((cut) => [-1, 0, 1, 2].map((near) => Math.floor((cut - low) / step) + near));
  const grid = [0, size - 1, ...steps.filter((k) => k >= 0 && k < size)];
  return step === 0 ? [low] : [...new Set(grid)].map((k) => onStep(low, step, k));
}

/** A point within a cell; of two neighbouring numbers, which have none between them, both. */
function between(low: number, high: number): number[] {
  const middle = low / 2 + high / 2;
  if (low === high) return [];
  return middle > low && middle < high ? [middle] : [low, high];
}
