/**
 * What every halving scheduler must hold, and a study without a server to check it in: trials run in segments, end them in any order,
 * and some of them fail.
 */
import fc from 'fast-check';
import { schedulerOptions } from '../../schedulers/registry.ts';
import type { HalvingScheduler, Move, SchedulingProblem, SegmentEnd } from '../../schedulers/scheduler.ts';

export interface Setting {
  readonly scheduler: HalvingScheduler;
  readonly options: Readonly<Record<string, number | boolean | string>>;
  readonly problem: SchedulingProblem;
  /** Trials that count at most: failed ones do not. */
  readonly limit: number;
}

/** What chance decides. */
export interface Chance {
  /** How the segment of a trial to a budget ends. */
  end(number: number, to: number): SegmentEnd;
  /** Which of so many trials in flight ends next. */
  pick(flying: number): number;
}

export type Happening =
  | { readonly move: Move; readonly number?: number }
  | { readonly ended: number; readonly to: number; readonly given: readonly number[] };

export interface Outcome {
  readonly log: readonly Happening[];
  readonly started: number;
  readonly gone: ReadonlySet<number>;
  readonly complete: ReadonlySet<number>;
  readonly given: ReadonlySet<number>;
  readonly paused: ReadonlySet<number>;
  readonly state: unknown;
}

/** Plays a study to its end, checking at every step that no law is broken. @param between  what becomes of the state between calls */
export function playOut(
  { scheduler, options: raw, problem, limit }: Setting,
  chance: Chance,
  between: (state: unknown) => unknown = (state) => state,
): Outcome {
  const options = schedulerOptions(scheduler, raw);
  check(scheduler.supports(problem, options) === true, 'the scheduler refuses the problem');
  let state = scheduler.begin(problem, options);
  const flying: { number: number; to: number; final: boolean }[] = [];
  const paused = new Map<number, number>();
  const [gone, complete, given] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const log: Happening[] = [];
  let started = 0;

  const fill = (): 'finish' | 'full' => {
    for (;;) {
      if (flying.length >= problem.parallel) return 'full';
      const number = started - gone.size < limit ? started : undefined;
      state = between(state);
      const parents = scheduler.parents?.(state) ?? [];
      const move = scheduler.next(state, number);
      log.push({ move, ...(number !== undefined && { number }) });
      if (move.do === 'wait') {
        check(flying.length > 0, 'it waits for nothing');
        return 'full';
      }
      if (move.do === 'finish') {
        check(flying.length === 0, 'it finishes while trials run');
        check(move.reason.length > 10, 'it does not say why it finishes');
        return 'finish';
      }
      check(move.to > 0 && move.rung >= 0 && move.bracket >= 0, `it makes the move ${JSON.stringify(move)}`);
      if (move.do === 'start') {
        check(number !== undefined, 'it starts more trials than it may');
        const parent = move.lineage?.parent;
        check(parent === undefined || complete.has(parent), `it starts from ${parent}, which has not ended`);
        check(
          parent === undefined || parents.includes(parent),
          `it starts from ${parent}, which it did not ask to keep`,
        );
        flying.push({ number: number!, to: move.to, final: move.final });
        started++;
      } else {
        check(paused.has(move.number), `it resumes ${move.number}, which is not paused`);
        check(move.to > paused.get(move.number)!, `it resumes ${move.number} backwards`);
        paused.delete(move.number);
        flying.push({ number: move.number, to: move.to, final: move.final });
      }
    }
  };

  while (fill() === 'full') {
    const [{ number, to, final }] = flying.splice(chance.pick(flying.length), 1) as [(typeof flying)[number]];
    const end = chance.end(number, to);
    state = between(state);
    const now = scheduler.ended(state, number, end);
    if (end.end === 'gone') gone.add(number);
    else if (final) complete.add(number);
    else paused.set(number, to);
    check(
      now.every((one, i) => i === 0 || one > now[i - 1]!),
      `it gives up ${now.join(', ')}, which does not ascend`,
    );
    for (const one of now) {
      check(paused.delete(one), `it gives up ${one}, which is not paused`);
      given.add(one);
    }
    log.push({ ended: number, to, given: now });
    check(log.length < 20_000, 'it never finishes');
  }
  return { log, started, gone, complete, given, paused: new Set(paused.keys()), state };
}

/** Cheaper than expect, which a played study would call a thousand times. */
function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Values by trial that improve with the budget, some of them equal. */
export function valueOf(number: number, to: number, seed: number): number {
  const drawn = ((number + 1) * 7919 + seed * 104_729) % 1009;
  return Math.floor(drawn / 20) + 1 / to;
}

/** Chance as fast-check draws it: `picks` and `fates` are gone through again and again; only early trials fail, so that studies end. */
export function chanceOf(
  picks: readonly number[],
  fates: readonly boolean[],
  seed: number,
  objectives: number,
): Chance {
  let picked = 0;
  return {
    end: (number, to) =>
      number < 40 && fates[(number + 3 * Math.round(to)) % fates.length]
        ? { end: 'gone' }
        : { end: 'reached', y: Array.from({ length: objectives }, (_, k) => valueOf(number, to, seed + 77 * k)) },
    pick: (flying) => Math.floor(picks[picked++ % picks.length]! * flying),
  };
}

export interface Drawn {
  readonly picks: readonly number[];
  readonly fates: readonly boolean[];
  readonly seed: number;
  readonly parallel: number;
  readonly limit: number;
  readonly isLimitKnown: boolean;
}

/** @param failures  whether some trials fail */
export function drawn(most = 60, failures = true): fc.Arbitrary<Drawn> {
  return fc.record({
    picks: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 40 }),
    // one in eight fails, or none
    fates: failures
      ? fc
          .array(
            fc.integer({ min: 0, max: 7 }).map((x) => x === 7),
            { minLength: 2, maxLength: 31 },
          )
          .map((fates) => (fates.every(Boolean) ? [false, ...fates] : fates))
      : fc.constant([false]),
    seed: fc.integer({ min: 0, max: 1000 }),
    parallel: fc.integer({ min: 1, max: 12 }),
    limit: fc.integer({ min: 1, max: most }),
    isLimitKnown: fc.boolean(),
  });
}

export function settingOf(
  scheduler: HalvingScheduler,
  options: Setting['options'],
  { parallel, limit, isLimitKnown, seed }: Drawn,
  objectives = 1,
): Setting {
  return { scheduler, options, limit, problem: { objectives, parallel, seed, ...(isLimitKnown && { trials: limit }) } };
}

/** The laws of any halving scheduler with these options. */
export function checkLaws(scheduler: HalvingScheduler, options: Setting['options'], objectives = 1): void {
  fc.assert(
    fc.property(drawn(), (draw) => {
      const setting = settingOf(scheduler, options, draw, objectives);
      const chance = (): Chance => chanceOf(draw.picks, draw.fates, draw.seed, objectives);
      const plain = playOut(setting, chance());
      const carried = playOut(setting, chance(), (state) => JSON.parse(JSON.stringify(state)) as unknown);
      check(
        JSON.stringify(carried.log) === JSON.stringify(plain.log),
        'a state that went through JSON decides otherwise',
      );
      const { log, started, gone, complete, given, paused } = plain;
      check(gone.size + complete.size + given.size + paused.size === started, 'a trial has no end');
      if (gone.size === 0) check(complete.size > 0, 'no trial is complete');
      const finals = new Set(
        log.flatMap((event) => ('move' in event && 'final' in event.move && event.move.final ? [event.move.to] : [])),
      );
      check(finals.size < 2 || scheduler.parents !== undefined, 'complete trials have several budgets');
    }),
    { numRuns: 60, seed: 2026 },
  );
}
