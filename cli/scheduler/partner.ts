/** Schedulers as a conversation has them (conversation.ts): one that halves and one that prunes answer to the same three words. */
import type { HalvingScheduler, KnownReport, Pruner, SchedulingProblem } from '../../schedulers/scheduler.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Options } from '../../study/options.ts';

type Decision = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly decisions: readonly Decision[];
  readonly wait?: true;
  readonly finish?: string;
}

/** What a trial is told of, checked. */
export interface Told {
  readonly number: number;
  readonly step?: number;
  /** Objectives, to be minimised. */
  readonly y?: readonly number[];
  readonly folds?: readonly number[];
  readonly failed: boolean;
}

/** The form of a scheduler behind the words. */
export interface Partner {
  next(count: number): Answer;
  report(told: Told & { readonly step: number }): Answer;
  close(told: Told): Answer;
}

export function halving(scheduler: HalvingScheduler, options: Options, problem: SchedulingProblem): Partner {
  const state = scheduler.begin(problem, options);
  const numbers = createNumbers(problem);
  const running = new Map<number, { readonly to: number; readonly final: boolean }>();
  const paused = new Set<number>();

  const giveUp = (given: readonly number[]): Decision[] => {
    for (const number of given) paused.delete(number);
    return given.map((number) => ({ prune: number, why: 'it is not promoted' }));
  };

  const reach = ({ number, y, folds }: Told): Answer => {
    const { final } = running.get(number)!;
    if (!y) throw new StudyDefinitionError(`trial ${number} has got to its budget: expected its value`);
    running.delete(number);
    if (!final) paused.add(number);
    const given = giveUp(scheduler.ended(state, number, { end: 'reached', y, ...(folds && { folds }) }));
    const isGiven = given.some(({ prune }) => prune === number);
    return { decisions: [...(final ? [{ complete: number }] : isGiven ? [] : [{ pause: number }]), ...given] };
  };

  return {
    next(count) {
      const decisions: Decision[] = [];
      while (decisions.length < count) {
        const number = numbers.next();
        const move = scheduler.next(state, number);
        if (move.do === 'wait') return { decisions, wait: true };
        if (move.do === 'finish') return { decisions, finish: move.reason };
        const { to, bracket, rung, final } = move;
        const trial = move.do === 'start' ? numbers.take() : move.number;
        paused.delete(trial);
        running.set(trial, { to, final });
        decisions.push({ [move.do]: trial, to, bracket, rung, final });
      }
      return { decisions };
    },
    report(told) {
      const target = running.get(told.number);
      if (!target) throw notRunning(told.number);
      return told.step < target.to ? { decisions: [] } : reach(told);
    },
    close(told) {
      const { number, failed } = told;
      if (!running.has(number) && !(failed && paused.has(number))) throw notRunning(number);
      if (!failed) return reach(told);
      if (running.delete(number)) numbers.failed();
      paused.delete(number);
      return { decisions: giveUp(scheduler.ended(state, number, { end: 'gone' })) };
    },
  };
}

export function pruning(scheduler: Pruner, options: Options, problem: SchedulingProblem): Partner {
  const state = scheduler.begin(problem, options);
  const numbers = createNumbers(problem);
  const running = new Map<number, KnownReport[]>();
  const crossings = scheduler.crossings(options);
  let seq = 0;

  const crosses = (step: number): boolean =>
    'at' in crossings
      ? crossings.at.includes(step)
      : step >= crossings.from && (step - crossings.from) % crossings.every === 0;

  return {
    next(count) {
      const decisions: Decision[] = [];
      while (decisions.length < count && numbers.next() !== undefined) {
        const number = numbers.take();
        running.set(number, []);
        decisions.push({ start: number });
      }
      if (decisions.length === count) return { decisions };
      return running.size > 0 ? { decisions, wait: true } : { decisions, finish: 'no more trials may start' };
    },
    report({ number, step, y }) {
      const reports = running.get(number);
      if (!reports) throw notRunning(number);
      if (!y) throw new StudyDefinitionError(`trial ${number} reports without a value: expected value`);
      const last = reports.at(-1)?.step ?? -Infinity;
      if (step <= last)
        throw new StudyDefinitionError(`trial ${number} reports step ${step} after step ${last}: expected a later one`);
      if (!crosses(step)) return { decisions: [] };
      const report = { step, y: y[0]! };
      reports.push(report);
      scheduler.reported(state, number, report, ++seq);
      const verdict = scheduler.verdict(state, { number, reports }, seq);
      if (verdict === 'go on') return { decisions: [] };
      running.delete(number);
      scheduler.ended(state, { number, state: 'pruned', reports }, ++seq);
      return { decisions: [{ prune: number, why: verdict.prune }] };
    },
    close({ number, failed }) {
      const reports = running.get(number);
      if (!reports) throw notRunning(number);
      running.delete(number);
      if (failed) numbers.failed();
      scheduler.ended(state, { number, state: failed ? 'failed' : 'complete', reports }, ++seq);
      return { decisions: failed ? [] : [{ complete: number }] };
    },
  };
}

function notRunning(number: number): StudyDefinitionError {
  return new StudyDefinitionError(`trial ${number} does not run: expected one that was started or resumed last`);
}

/** Numbers of trials: those a study would have, as many as it may count. */
function createNumbers({ trials = Infinity }: SchedulingProblem): {
  next(): number | undefined;
  take(): number;
  failed(): void;
} {
  let [taken, failed] = [0, 0];
  return {
    next: () => (taken - failed < trials ? taken : undefined),
    take: () => taken++,
    failed: () => void failed++,
  };
}
