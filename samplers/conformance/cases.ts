/**
 * What every sampler must hold, as cases to loop over in any test framework:
 *
 *     for (const { title, run } of conformanceCases(mySampler)) it(title, run);
 *
 * A case throws an Error in words when the sampler breaks a law of sampler.ts. Spaces and problems that the sampler does
 * not support are left out; it must say so in words.
 */
import { narrowed } from '../../study/space/fixed.ts';
import { encode } from '../../study/space/point.ts';
import { fixedFor } from '../fixed-values.ts';
import { latticeOf } from '../designs/lattice.ts';
import { checkFixed } from './fixed.ts';
import { conformanceSpaces, smallSpace, type NamedSpace } from './spaces.ts';
import { copies, mixedEnds, playStudy, type Plan, type Played, type Trialled } from './study.ts';
import { createHistory } from '../history.ts';
import { createRng } from '../numerics/philox.ts';
import { resolveOptions } from '../registry.ts';
import type { Problem, Row, Sampler } from '../sampler.ts';
import { sessionOf } from '../session.ts';
import { suggestionFault } from '../suggestion-fault.ts';

export interface ConformanceCase {
  readonly title: string;
  /** @throws Error that says what does not hold */
  readonly run: () => void;
}

const SEED = 20_240_711;
/** Of objectives and constraints together, each of which has all cases by itself. */
const FEW_TRIALS = 26;
const FEW_CASES = 4;

/**
 * @param options  the sampler's options; absent: its defaults
 * @param spaces  what it is tried on; absent: every kind of parameter, and the edges of each
 * @throws StudyDefinitionError if the options are not the sampler's
 */
export function conformanceCases(
  sampler: Sampler,
  options: Readonly<Record<string, unknown>> = {},
  spaces: readonly NamedSpace[] = conformanceSpaces(),
): ConformanceCase[] {
  const resolved = resolveOptions(sampler, options);
  const cases: ConformanceCase[] = [
    { title: 'documents its options, with defaults that are allowed', run: () => checkSpecs(sampler) },
  ];
  for (const named of spaces) {
    for (const [what, problem] of problemsOf(named)) {
      const trialled: Trialled = { sampler, options: resolved, problem, seed: SEED };
      const verdict = sampler.supports(problem, resolved);
      const title = (says: string): string => `${says} (${named.name}${what})`;
      if (verdict === true) {
        const few = problem.objectives > 1 && problem.constraints > 0;
        cases.push(
          ...studyCases(trialled, few ? FEW_TRIALS : named.trials, title).slice(0, few ? FEW_CASES : undefined),
        );
        if (named.name === 'conditional branches' && what === '')
          cases.push({
            title: title('suggests the same bits where trials run in segments'),
            run: () => checkSegments(trialled, { trials: named.trials, end: mixedEnds, visitors: true }),
          });
      } else
        cases.push({
          title: title('refuses in words'),
          run: () => check(verdict.length > 20, `it refuses with '${verdict}'`),
        });
    }
  }
  const space = smallSpace();
  const part = { fixed: encode(space, { extra: true }) };
  for (const [which, change] of [['', {}] as const, [' (some parameters fixed)', part] as const]) {
    const small = problemOn(space, { deterministic: true, ...change });
    if (sampler.supports(small, resolved) === true)
      cases.push({
        title: `repeats no point of a finite, deterministic study${which}`,
        run: () => checkNoRepeats({ sampler, options: resolved, problem: small, seed: SEED }),
      });
  }
  return cases;
}

function problemsOf({ name, space }: NamedSpace): [what: string, problem: Problem][] {
  const plain = problemOn(space, {});
  if (name !== 'conditional branches') return [['', plain]];
  return [
    ['', plain],
    [', two objectives', problemOn(space, { objectives: 2 })],
    [', two constraints', problemOn(space, { constraints: 2 })],
    [', two objectives and two constraints', problemOn(space, { objectives: 2, constraints: 2 })],
    [', three objectives and a constraint', problemOn(space, { objectives: 3, constraints: 1 })],
    [', deterministic', problemOn(space, { deterministic: true })],
    [', one at a time', problemOn(space, { parallel: 1 })],
    [
      ', some parameters fixed',
      problemOn(space, { fixed: encode(space, { optimizer: 'sgd', momentum: 0.5, depth: 3 }) }),
    ],
  ];
}

function problemOn(space: Problem['space'], change: Partial<Problem>): Problem {
  return { space, objectives: 1, constraints: 0, parallel: 4, deterministic: false, ...change };
}

function studyCases(trialled: Trialled, trials: number, title: (says: string) => string): ConformanceCase[] {
  const plan: Plan = { trials, end: mixedEnds, visitors: true };
  let once: Played | undefined;
  const played = (): Played => (once ??= playStudy(trialled, plan));
  return [
    {
      title: title('suggests points of the space and keeps what is fixed'),
      run: () => checkPoints(trialled, played()),
    },
    {
      title: title('keeps values fixed alone and together, and of those that exclude each other the first'),
      run: () => checkFixed(trialled, played().rows),
    },
    {
      title: title('suggests the same bits from a cold cache, asked one by one'),
      run: () => checkCold(trialled, played()),
    },
    {
      title: title('suggests the same bits from a cache that is brought up to date now and then'),
      run: () => checkPrefixes(trialled, played()),
    },
    { title: title('suggests the same bits when asked again'), run: () => checkAgain(trialled, played()) },
    { title: title('leaves rows, point and view as they are'), run: () => checkUntouched(trialled, played()) },
    { title: title('has no clock and no generator of its own'), run: () => checkSealed(trialled, plan, played()) },
    {
      title: title('goes on when every trial failed'),
      run: () => checkPoints(trialled, playStudy(trialled, { ...plan, end: () => ({ state: 'failed' }) })),
    },
    {
      title: title('goes on when every result is the same'),
      run: () => checkPoints(trialled, playStudy(trialled, { ...plan, end: equalEnds })),
    },
    {
      title: title('goes on when no trial ends'),
      run: () => checkPoints(trialled, playStudy(trialled, { ...plan, end: () => ({ state: 'pending' }) })),
    },
  ];
}

const equalEnds: Plan['end'] = (_number, _rng, { objectives, constraints }) => ({
  state: 'complete',
  y: new Float64Array(objectives).fill(1),
  ...(constraints > 0 && { c: new Float64Array(constraints) }),
});

function checkSpecs({ options }: Sampler): void {
  for (const [name, spec] of Object.entries(options)) {
    check(spec.doc.length > 5, `option ${name} has no documentation`);
    if (spec.type === 'int' || spec.type === 'float')
      check(
        spec.default >= spec.low && spec.default <= spec.high,
        `option ${name}: its default is out of its own range`,
      );
    if (spec.type === 'enum')
      check(spec.values.includes(spec.default), `option ${name}: its default is none of its values`);
  }
}

function checkPoints(trialled: Trialled, { slots, answers, rows }: Played): void {
  check(answers.length > 0, 'it suggested nothing');
  for (const [i, answer] of answers.entries()) {
    const { number } = slots[i];
    check(answer.fallback === undefined, `trial ${number} is a fallback: ${answer.fallback}`);
    check(
      answer.x.every((value) => !Object.is(value, -0)),
      `trial ${number} has -0 among its numbers`,
    );
  }
  // -0 would not survive the session: ask the sampler itself
  const direct = directly(trialled, copies(rows));
  if (direct === 'exhausted') return;
  const fault = suggestionFault(trialled.problem, { number: rows.length, fixed: fixedFor(trialled.problem) }, direct);
  check(fault === undefined, fault ?? '');
  check(
    direct.x.every((value) => !Object.is(value, -0)),
    'a number is -0',
  );
}

function checkCold(trialled: Trialled, { slots, answers, rows }: Played): void {
  for (const i of chosen(slots.length)) {
    const { sampler, options, problem, seed } = trialled;
    const session = sessionOf(sampler, options, problem, seed);
    session.push(copies(rows));
    const { suggestions } = session.ask([slots[i]]);
    same(suggestions[0], answers[i], `trial ${slots[i].number} from a cold cache`);
  }
}

function checkPrefixes({ sampler, options, problem, seed }: Trialled, { slots, answers, rows }: Played): void {
  for (const stride of [2, 3, 7]) {
    const session = sessionOf(sampler, options, problem, seed);
    session.push(copies(rows).toReversed());
    for (let i = stride - 1; i < slots.length; i += stride)
      same(session.ask([slots[i]]).suggestions[0], answers[i], `trial ${slots[i].number}, every ${stride}th asked for`);
  }
}

function checkSegments(trialled: Trialled, plan: Plan): void {
  const played = playStudy(trialled, { ...plan, segments: true });
  checkPoints(trialled, played);
  checkCold(trialled, played);
  checkPrefixes(trialled, played);
  checkUntouched(trialled, played);
}

function checkAgain({ sampler, options, problem, seed }: Trialled, { slots, answers, rows }: Played): void {
  const session = sessionOf(sampler, options, problem, seed);
  session.push(copies(rows));
  const last = slots.length - 1;
  for (const i of [last, 0, last >> 1, last, last])
    same(session.ask([slots[i]]).suggestions[0], answers[i], `trial ${slots[i].number}, asked for again`);
}

function checkUntouched(trialled: Trialled, { rows }: Played): void {
  const lent = copies(rows);
  directly(trialled, lent);
  same(lent, rows, 'the rows that were lent to it, afterwards', 'they were');
}

function checkSealed(trialled: Trialled, plan: Plan, played: Played): void {
  const refuse = (what: string) => (): never => {
    throw new Error(`it called ${what}: everything random comes from Rng, and there is no clock`);
  };
  const owners = [
    [globalThis.Math as object, 'random'],
    [globalThis.Date as object, 'now'],
    [globalThis as object, 'Date'],
  ] as [Record<string, unknown>, string][];
  const kept = owners.map(([owner, name]) => owner[name]);
  try {
    for (const [owner, name] of owners) owner[name] = refuse(name);
    const again = playStudy(trialled, plan);
    for (const [i, answer] of again.answers.entries())
      same(answer, played.answers[i], `trial ${played.slots[i].number}`);
  } finally {
    for (const [i, [owner, name]] of owners.entries()) owner[name] = kept[i];
  }
}

function checkNoRepeats(trialled: Trialled): void {
  const { problem } = trialled;
  const played = playStudy(trialled, { trials: 40, end: mixedEnds, visitors: false });
  const { size } = latticeOf(narrowed(problem.space, problem.fixed), 0);
  const points = played.answers.map(({ x }) => x.join());
  check(new Set(points).size === points.length, `it repeated a point: ${points.join('; ')}`);
  check(played.exhausted, `it suggested ${points.length} different points of ${size} and was not exhausted`);
}

/** The sampler's own answer for the trial after these rows, past all that a session does. */
function directly({ sampler, options, problem, seed }: Trialled, rows: readonly Row[]): ReturnType<Sampler['suggest']> {
  const history = createHistory(problem);
  history.push(rows);
  const number = rows.length;
  const view = history.viewAt(Infinity, number);
  const ask = { number, fixed: fixedFor(problem) };
  const before = ask.fixed.slice();
  const cache = sampler.advance(undefined, view, problem, options);
  const answer = sampler.suggest(cache, view, ask, createRng(seed, number), problem, options);
  same([ask.fixed], [before], 'the fixed values that were lent to it, afterwards', 'they were');
  return answer;
}

/** All places up to 12, else the first, the last and ten between. */
function chosen(length: number): number[] {
  const most = Math.min(length, 12);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, most - 1)));
}

function same(got: object | undefined, expected: object | undefined, what: string, were = 'the study had'): void {
  const [a, b] = [got, expected].map((value) => JSON.stringify(value ?? 'exhausted', precisely));
  check(a === b, `${what}: ${a}, but ${were} ${b}`);
}

/** JSON that keeps what JSON drops: NaN, -0, infinities. */
function precisely(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return Object.is(value, -0) ? '-0' : `${value}`;
  return value instanceof Float64Array ? Array.from(value) : value;
}

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
