/** A made-up study for a sampler: trials run in parallel, close out of order, and end in every way there is. */
import { fromBase64 } from '../../study/wording/base64.ts';
import type { AskSlot, SuggestedTrial } from '../../study/contract.ts';
import { decode } from '../../study/space/point.ts';
import type { Params } from '../../study/space/space.ts';
import { createRng } from '../numerics/philox.ts';
import type { Options, Problem, Rng, Row, Sampler } from '../sampler.ts';
import { sessionOf } from '../session.ts';
import { drawPoint, unitDraws } from '../unit-cube.ts';

export interface Trialled {
  readonly sampler: Sampler;
  readonly options: Options;
  readonly problem: Problem;
  readonly seed: number;
}

export interface Plan {
  readonly trials: number;
  /** How a trial ends; `pending` never does. */
  readonly end: (number: number, rng: Rng, problem: Problem) => Pick<Row, 'state' | 'y' | 'c' | 'cost'>;
  /** Trials with some or all of their parameters fixed, and results that the sampler did not ask for: told ones, and other studies'. */
  readonly visitors: boolean;
  /** Trials are asked for by rung, and may end segments before they close. */
  readonly segments?: true;
}

export interface Played {
  /** What was asked, and what was answered. */
  readonly slots: readonly AskSlot[];
  readonly answers: readonly SuggestedTrial[];
  /** The study's rows in the end, by number. */
  readonly rows: readonly Row[];
  readonly exhausted: boolean;
}

const NUMBER = 0x1000;
const VISIT = 0x2000;
const DRAW = 0x3000;
const SEGMENT = 0x4000;

/** Where imported trials come from; of some it is not known. */
const SOURCES = ['first', 'second', ''];

/** Every end a trial can have, and results from tiny to huge. */
export const mixedEnds: Plan['end'] = (number, rng, { objectives, constraints }) => {
  const die = rng.uniform(1, 0);
  if (die < 0.15) return { state: 'failed' };
  if (die < 0.2) return { state: 'pending' };
  const y = Float64Array.from({ length: objectives }, (_, i) => {
    const scale = [1, 1e-300, 1e300, 0][(number + i) % 7] ?? 1;
    return rng.normal(2, i) * scale + 0;
  });
  const c = constraints > 0 && { c: Float64Array.from({ length: constraints }, (_, i) => rng.normal(3, i)) };
  const infeasible = c && c.c.some((value) => value > 0);
  return { state: infeasible ? 'infeasible' : die < 0.35 ? 'pruned' : 'complete', y, ...c, cost: rng.uniform(4, 0) };
};

/** Plays a study; the same arguments play the same one. */
export function playStudy(
  { sampler, options, problem, seed }: Trialled,
  { trials, end, visitors, segments }: Plan,
): Played {
  const session = sessionOf(sampler, options, problem, seed);
  const slots: AskSlot[] = [];
  const answers: SuggestedTrial[] = [];
  const rows: Row[] = [];
  const running: number[] = [];
  let seq = 0;
  let exhausted = false;
  const close = (number: number, row: Row): void => {
    const { state, ...result } = end(number, createRng(seed + 1, number), problem);
    rows[number] = state === 'pending' ? row : { ...row, ...result, state, closed: ++seq };
    session.push(copies([rows[number]]));
  };
  /** @returns whether the trial can go on: its result says so */
  const endSegment = (number: number): boolean => {
    const { rung, segments: ended = [] } = rows[number];
    const { state, y } = end(number, createRng(seed + 4 + ended.length, number), problem);
    if (!y || state === 'infeasible' || !rung) return false;
    const to = rung.to * [1, 3, 9][ended.length];
    const segment = { to, bracket: rung.bracket, rung: ended.length, y, seq: ++seq };
    rows[number] = { ...rows[number], segments: [...ended, segment] };
    session.push(copies([rows[number]]));
    return ended.length < 2;
  };
  for (let round = 0; rows.length < trials && !exhausted; round++) {
    const rng = createRng(seed + 2, round);
    const batch: AskSlot[] = Array.from(
      { length: Math.min(1 + Math.floor(rng.uniform(NUMBER, 0) * problem.parallel), trials - rows.length) },
      (_, i) => {
        const fixed = visitors && visit(problem, createRng(seed + 3, rows.length + i));
        const rung = segments && { to: 1 + 2 * (round % 2), bracket: round % 2, rung: 0 };
        return { number: rows.length + i, asOf: seq, ...(fixed && { fixed }), ...(rung && { rung }) };
      },
    );
    const answer = session.ask(batch);
    exhausted = answer.exhausted;
    for (const [i, suggestion] of answer.suggestions.entries()) {
      slots.push(batch[i]);
      answers.push(suggestion);
      running.push(batch[i].number);
      rows.push(pendingRow(problem, batch[i], suggestion));
    }
    session.push(copies(rows.slice(rows.length - answer.suggestions.length)));
    if (visitors && rng.uniform(VISIT, 0) < 0.2) {
      const number = rows.length;
      const x = drawPoint(problem.space, { fixed: nothing(problem) }, unitDraws(rng, DRAW));
      const told: Row = {
        number,
        space: problem.space.space.version,
        ...(rng.uniform(VISIT, 1) < 0.5
          ? { origin: 'imported', source: SOURCES[number % SOURCES.length] }
          : { origin: 'told' }),
        state: 'pending',
        x,
        seed: 0,
        asOf: seq,
      };
      rows.push(told);
      close(number, told);
    }
    for (let i = 1; running.length > 0 && i <= 1 + rng.uniform(NUMBER, 1) * problem.parallel; i++) {
      const [number] = running.splice(Math.floor(rng.uniform(NUMBER, 1 + i) * running.length), 1);
      if (segments && rng.uniform(SEGMENT, i) < 0.6 && endSegment(number)) running.push(number);
      else close(number, rows[number]);
    }
  }
  return { slots, answers, rows, exhausted };
}

/** Rows to lend: a sampler that writes into them leaves the study's own as they are. */
export function copies(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({
    ...row,
    x: row.x.slice(),
    ...(row.y && { y: row.y.slice() }),
    ...(row.c && { c: row.c.slice() }),
    ...(row.memo && { memo: row.memo.slice() }),
    ...(row.segments && { segments: row.segments.map((segment) => ({ ...segment, y: segment.y.slice() })) }),
  }));
}

/** No dimension fixed. */
export function nothing({ space }: Pick<Problem, 'space'>): Float64Array {
  return new Float64Array(space.dimensions.length).fill(NaN);
}

function pendingRow({ space }: Problem, { number, asOf, fixed, rung }: AskSlot, answer: SuggestedTrial): Row {
  return {
    number,
    space: space.space.version,
    origin: answer.fallback !== undefined ? 'fallback' : fixed ? 'enqueued' : 'sampler',
    state: 'pending',
    x: Float64Array.from(answer.x, (value) => value ?? NaN),
    seed: answer.seed,
    asOf,
    ...(rung && { rung }),
    ...(answer.memo !== undefined && { memo: fromBase64(answer.memo) }),
  };
}

/** Now and then some of a random point's parameters, or all of them, to be kept. */
function visit(problem: Problem, rng: Rng): Params | undefined {
  if (rng.uniform(VISIT, 1) > 0.2) return undefined;
  const x = drawPoint(problem.space, { fixed: nothing(problem) }, unitDraws(rng, DRAW));
  const share = rng.uniform(VISIT, 2) * 1.5;
  return Object.fromEntries(
    Object.entries(decode(problem.space, x)).filter((_, i) => rng.uniform(VISIT, 3 + i) < share),
  );
}
