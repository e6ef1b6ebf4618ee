/** Values fixed in every way a space has: one alone, a parent, a child with and without its parents, what excludes each other. */
import type { Dimension, Slot } from '../../study/space/dimensions.ts';
import { decode, holds, scalarAt } from '../../study/space/point.ts';
import type { Params, ScalarDomain } from '../../study/space/space.ts';
import { sameJson } from '../../study/wording/json.ts';
import { createRng } from '../numerics/philox.ts';
import type { Problem, Row } from '../sampler.ts';
import { sessionOf } from '../session.ts';
import { drawPoint, unitDraws } from '../unit-cube.ts';
import { copies, nothing, type Trialled } from './study.ts';

export interface FixedAsk {
  readonly fixed: Params;
  /** Those of the values that the suggestion has to have. */
  readonly kept: readonly string[];
}

/** Parameters tried in a space. */
const MOST = 12;

/** What is asked of a sampler after these trials. @throws Error in words where it does not keep what it should */
export function checkFixed({ sampler, options, problem, seed }: Trialled, rows: readonly Row[]): void {
  const session = sessionOf(sampler, options, problem, seed);
  session.push(copies(rows));
  for (const { fixed, kept } of fixedAsks(problem)) {
    const [answer] = session.ask([{ number: rows.length, asOf: rows.length * 2, fixed }]).suggestions;
    const asked = `asked for ${JSON.stringify(fixed)}`;
    if (!answer) throw new Error(`${asked}, it was exhausted, though somebody wants that trial`);
    if (answer.fallback !== undefined) throw new Error(`${asked}, it fell back: ${answer.fallback}`);
    const params = decode(
      problem.space,
      answer.x.map((value) => value ?? NaN),
    );
    const lost = kept.find((name) => !sameJson(params[name], fixed[name]));
    if (lost !== undefined) throw new Error(`${asked}, it suggested ${lost} = ${JSON.stringify(params[lost])}`);
  }
}

/** Asks whose values can be kept, and some that exclude each other, of which the parent's stays. */
export function fixedAsks({ space }: Pick<Problem, 'space'>): FixedAsk[] {
  const free = space.slots.filter(({ dims }) => dims.length > 0);
  const stride = Math.max(1, free.length / MOST);
  return free.flatMap((slot, i) =>
    Math.floor(i / stride) === Math.floor((i - 1) / stride) ? [] : asksOf(space, slot, i),
  );
}

function asksOf(space: Problem['space'], slot: Slot, i: number): FixedAsk[] {
  const { name } = slot.parameter;
  const x = pointWith(space, slot, i);
  if (!x) return [];
  const params = decode(space, x);
  const alone = { [name]: params[name]! };
  const parents = slot.when.map(({ dim }) => space.dimensions[dim]!.name);
  const asks: FixedAsk[] = [{ fixed: alone, kept: [name] }];
  if (parents.length === 0) return asks;
  const above = Object.fromEntries(parents.map((parent) => [parent, params[parent]!]));
  asks.push({ fixed: above, kept: parents }, { fixed: { ...above, ...alone }, kept: [...parents, name] });
  const excluding = slot.when.flatMap((clause) => exclusions(space, clause));
  // a space may forbid the other value wherever it is
  return space.space.forbid.length > 0
    ? asks
    : [...asks, ...excluding.map((parent) => ({ fixed: { ...parent, ...alone }, kept: Object.keys(parent) }))];
}

/** A parent alone, with a value that rules its child out; none where it has a parent itself, which decides too. */
function exclusions(
  { dimensions, slotOf }: Problem['space'],
  { dim, in: numbers }: Dimension['when'][number],
): Params[] {
  const { name, low, high, when } = dimensions[dim]!;
  const other = [low, high].find((number) => !numbers.includes(number));
  if (other === undefined || when.length > 0) return [];
  return [{ [name]: scalarAt(slotOf.get(name)!.parameter.domain as ScalarDomain, other) }];
}

/** A point in which a parameter exists. */
function pointWith(space: Problem['space'], { when }: Slot, i: number): Float64Array | undefined {
  for (let attempt = 0; attempt < 100; attempt++) {
    const x = drawPoint(space, { fixed: nothing({ space }) }, unitDraws(createRng(attempt, i), 0));
    if (holds(when, x)) return x;
  }
  return undefined;
}
