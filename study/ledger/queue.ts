/**
 * Trials that somebody wants tried: enqueued ones, and failed ones that are tried again.
 *
 * A trial has one outcome for ever (I1), so a retry is a new trial with the same parameters, all of them fixed. It goes on from the
 * failed one's checkpoint.
 */
import { compileSpace, type CompiledSpace } from '../space/dimensions.ts';
import { readDivided } from '../trial/by-run.ts';
import { StudyDefinitionError } from '../errors.ts';
import { contradiction, fixedIn } from '../space/fixed.ts';
import { encode, forbiddenAt } from '../space/point.ts';
import type { EnqueuedTrial, StudyDefinition } from '../study.ts';
import { isRecord, show } from '../wording/json.ts';
import { paramsOf } from './by-run.ts';
import { fullPoint } from './given.ts';
import { isWhole } from './edit-shape.ts';
import { isHeld, rowOf, type Ledger } from './ledger.ts';

const MAX_QUEUE = 1000;

export function enqueueFault(ledger: Ledger, trials: readonly EnqueuedTrial[]): string | undefined {
  if (!Array.isArray(trials) || trials.length === 0) return `enqueue: got ${show(trials)}, expected a list of trials`;
  const full = queueFault(ledger, 'enqueue', trials.length);
  if (full !== undefined) return full;
  for (const trial of trials as readonly EnqueuedTrial[]) {
    if (!isRecord(trial) || !isRecord(trial.params) || Object.keys(trial.params).length === 0)
      return `enqueue: got ${show(trial)}, expected { params, baseline } with one parameter or more`;
    const strange = Object.keys(trial).find((key) => key !== 'params' && key !== 'baseline');
    if (strange !== undefined) return `enqueue: there is no '${strange}', expected params and baseline`;
    if (typeof trial.baseline !== 'boolean')
      return `enqueue: baseline is ${show(trial.baseline)}, expected true or false`;
    const misfit = misfitIn(ledger.definition, trial);
    if (misfit !== undefined) return `enqueue: ${misfit}`;
  }
  return undefined;
}

/** Why a trial cannot be tried in a study's space beside its fixed values, in words; undefined if it can. */
export function misfitIn(
  { space, fixed, defineByRun }: Pick<StudyDefinition, 'space' | 'fixed' | 'defineByRun'>,
  { params: wanted, baseline }: EnqueuedTrial,
): string | undefined {
  const split = readDivided({ space, ...(defineByRun && { defineByRun }) }, wanted);
  if ('fault' in split) return split.fault;
  const params = split.inSpace;
  const compiled = compileSpace(space);
  const others = baseline ? {} : fixedIn(compiled, fixed);
  try {
    const x = encode(compiled, { ...others, ...params });
    const against = contradiction(others, params);
    if (against !== undefined) return against;
    const region = forbiddenAt(compiled, x);
    if (region >= 0) return `${show(params)} is forbidden by ${show(space.forbid[region])}`;
    return conditionFault(compiled, params, x);
  } catch (error) {
    if (error instanceof StudyDefinitionError) return error.message;
    throw error;
  }
}

/** Why this trial cannot be tried again, in words; undefined if it can. */
export function retryFault(ledger: Ledger, number: number): string | undefined {
  const { state } = ledger;
  if (!isWhole(number, 0, state.next - 1)) {
    const known = state.next === 0 ? 'there are no trials yet' : `expected a trial from 0 to ${state.next - 1}`;
    return `retry: there is no trial ${show(number)}; ${known}`;
  }
  if (number < state.firstRow)
    return `retry: trial ${number} has left for the artifact store; enqueue its parameters instead`;
  const row = rowOf(ledger, number);
  if (isHeld(ledger, number))
    return `retry: trial ${number} has ended, but waits for trials before it to close; send this again afterwards`;
  if (state.open.includes(number)) return `retry: trial ${number} is ${row.state}; cancel it first`;
  if (row.state !== 'failed') return `retry: trial ${number} is ${row.state}; only failed trials are tried again`;
  return againFault(ledger, retried(ledger, number));
}

/** The failed trial as one to be tried. */
export function retried({ state, rows }: Ledger, number: number): EnqueuedTrial {
  const row = rows[number - state.firstRow]!;
  const { notes } = row;
  return {
    params: paramsOf(state.epochs, row),
    baseline: notes?.baseline ?? false,
    ...(notes?.checkpoint !== undefined && { checkpoint: notes.checkpoint }),
    from: `trial ${number}`,
  };
}

/** The same parameters are no point of every space. */
export function againFault(ledger: Ledger, { params, from }: EnqueuedTrial): string | undefined {
  try {
    fullPoint(ledger.definition, params);
    return queueFault(ledger, 'retry', 1);
  } catch (error) {
    if (!(error instanceof StudyDefinitionError)) throw error;
    return `retry: the space has changed since ${from} (${error.message}); enqueue what of its parameters you want tried`;
  }
}

function queueFault({ state }: Ledger, kind: string, more: number): string | undefined {
  if (state.queue.length + more <= MAX_QUEUE) return undefined;
  return `${kind}: ${state.queue.length} trials wait already, expected at most ${MAX_QUEUE} in all`;
}

/** What is given beside a parent that rules it out would be dropped without a word. */
function conditionFault(
  { slots }: CompiledSpace,
  params: EnqueuedTrial['params'],
  x: Float64Array,
): string | undefined {
  const lost = slots.find(
    ({ parameter: { name }, when }) =>
      Object.hasOwn(params, name) &&
      when.some(({ dim, in: values }) => !Number.isNaN(x[dim]) && !values.includes(x[dim]!)),
  );
  return lost && `${lost.parameter.name} is given, but its condition does not hold; leave it out`;
}
