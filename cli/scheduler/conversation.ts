/**
 * What another program says to a scheduler and what it answers, one JSON object a line each:
 *
 *   {"next": 2}                                       -> {"decisions": [{"start": 0, "to": 1, …}, {"resume": 3, "to": 9, …}],
 *                                                         "wait"?: true, "finish"?: "why"}    what two free slots are to do; fewer
 *                                                         than two where the rest is to wait, or nothing is ever left to do
 *   {"report": {"number": 0, "step": 1, "value": 3}}  -> {"decisions": []}                    it goes on
 *                                                     -> {"decisions": [{"pause": 0}]}        it has got to its budget, and waits
 *                                                     -> {"decisions": [{"complete": 0}]}     it has got to the last
 *                                                     -> {"decisions": [{"prune": 0, "why": "…"}]}    it is given up
 *   {"close": {"number": 0, "value": 3}}              -> the same    it has ended: at its budget, or run through
 *   {"close": {"number": 0, "failed": true}}          -> the same    it never goes on, running or paused
 *
 * `values` stand for several objectives, `folds` for scores by fold. Each answer may give up paused trials, too. Without a limit of
 * its own the scheduler may start trials for ever. What cannot be is answered with {"error": "…"} and has changed nothing.
 */
import type { Scheduler, SchedulingProblem } from '../../schedulers/scheduler.ts';
import { StudyDefinitionError, TuningError } from '../../study/errors.ts';
import type { Options } from '../../study/options.ts';
import { listed, meant } from '../../study/syntax/field.ts';
import { cutLine, parseLine } from '../json-line.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { halving, pruning, type Told } from './partner.ts';

export type Goal = 'minimize' | 'maximize';

const EXAMPLE =
  'expected {"next": N}, {"report": {"number": N, "step": S, "value": V}} or {"close": {"number": N, "value": V}}';
const MAX_NEXT = 10_000;

/**
 * Answers one line after the other.
 * @throws StudyDefinitionError where the scheduler cannot serve the problem
 */
export function conversation(
  scheduler: Scheduler,
  options: Options,
  problem: SchedulingProblem,
  goals: readonly Goal[],
): (line: string) => object {
  const verdict = scheduler.supports(problem, options);
  if (verdict !== true) throw new StudyDefinitionError(`scheduler ${scheduler.name}: ${verdict}`);
  const partner =
    scheduler.form === 'halving' ? halving(scheduler, options, problem) : pruning(scheduler, options, problem);
  return (line) => {
    try {
      const [kind, content] = messageOf(line);
      if (kind === 'next') return partner.next(countOf(content));
      const told = toldOf(kind, content, goals);
      return kind === 'close' ? partner.close(told) : partner.report(told as Told & { step: number });
    } catch (error) {
      if (error instanceof TuningError) return { error: error.message };
      throw error;
    }
  };
}

function messageOf(line: string): ['next' | 'report' | 'close', unknown] {
  const message = parseLine(line, EXAMPLE);
  const [entry, ...others] = isRecord(message) ? Object.entries(message) : [];
  if (entry && others.length === 0 && ['next', 'report', 'close'].includes(entry[0]))
    return entry as ['next' | 'report' | 'close', unknown];
  throw new StudyDefinitionError(`got ${cutLine(line)}: ${EXAMPLE}`);
}

function countOf(count: unknown): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= MAX_NEXT) return count;
  throw new StudyDefinitionError(
    `next is ${show(count)}: expected how many slots are free, a whole number from 1 to ${MAX_NEXT}`,
  );
}

function toldOf(kind: 'report' | 'close', raw: unknown, goals: readonly Goal[]): Told {
  if (!isRecord(raw)) throw new StudyDefinitionError(`${kind} is ${show(raw)}: ${EXAMPLE}`);
  const known =
    kind === 'report'
      ? ['number', 'step', 'value', 'values', 'folds']
      : ['number', 'value', 'values', 'folds', 'failed'];
  for (const [key, value] of Object.entries(raw))
    if (!known.includes(key))
      throw new StudyDefinitionError(
        `${kind} has ${key} (value ${show(value)}): expected ${listed(known)}; ${meant(key, known, 'remove it')}`,
      );
  const { number, step, value, values, folds, failed = false } = raw;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0)
    throw new StudyDefinitionError(`${kind}.number is ${show(number)}: expected the number of a trial`);
  if (kind === 'report' && !isFinite(step))
    throw new StudyDefinitionError(`report.step is ${show(step)}: expected a number`);
  if (typeof failed !== 'boolean')
    throw new StudyDefinitionError(`close.failed is ${show(failed)}: expected true or false`);
  const scores = folds === undefined ? undefined : finiteList(`${kind}.folds`, folds, goals.slice(0, 1));
  const y =
    values !== undefined
      ? finiteList(`${kind}.values`, values, goals, goals.length)
      : value !== undefined
        ? finiteList(`${kind}.value`, [value], goals, goals.length, value)
        : scores && [scores.reduce((sum, score) => sum + score, 0) / scores.length];
  return { number, failed, ...(isFinite(step) && { step }), ...(y && { y }), ...(scores && { folds: scores }) };
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Numbers to be minimised. @param goals by place, the last for all that follow */
function finiteList(
  what: string,
  raw: unknown,
  goals: readonly Goal[],
  length?: number,
  shown: unknown = raw,
): number[] {
  if (
    !Array.isArray(raw) ||
    raw.length === 0 ||
    !raw.every(isFinite) ||
    (length !== undefined && raw.length !== length)
  )
    throw new StudyDefinitionError(
      `${what} is ${show(shown)}: expected ${length === undefined ? 'finite numbers' : `${length} finite ${length === 1 ? 'number' : 'numbers'}, one an objective`}`,
    );
  return raw.map((value: number, i) => ((goals[i] ?? goals.at(-1)) === 'maximize' ? 0 - value : value));
}
