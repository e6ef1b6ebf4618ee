/** How long a trial may take, how often it is repeated, where it runs, and how many of them together. */
import { runsAsChild, type TrialLimits } from '../../study.ts';
import { readFlag, readWhole, wrong, type Fields } from '../field.ts';
import { HEARTBEAT_MS, readHeartbeat, readQueue, readTimeout } from './attempt.ts';
import { readEvaluateStep, type EvaluateStepSyntax } from './evaluate.ts';

export interface TrialLimitsSyntax {
  /** Longest run of one attempt: '10m', '2h', '1h30m'; default: no limit. */
  readonly timeout?: string;
  /** How often a trial is repeated after its own failure, 0 to 100; default 0. */
  readonly retries?: number;
  /** How long a silent worker is waited for, '1s' to '1h'; default '30s'. 'off', of an activity with a timeout: it sends no heartbeats. */
  readonly heartbeat?: string;
  /** How many short trials one worker takes at once and runs one after another, 1 to 1000; default 1. */
  readonly batch?: number;
  /** How many trials one child workflow runs side by side, 2 to 100, where one workflow's throughput is the limit; default: none. */
  readonly lane?: number;
  /** Trials that take hours or days: each has a workflow of its own. Default: only where `timeout` is above '1h'. */
  readonly long?: boolean;
  /** Task queue of the workers that run the trials; default: 'dtune/NAME', which `dtune worker` serves. */
  readonly queue?: string;
  /**
   * What measures the checkpoint that the trial left, as a durable step of its own: the trial then trains, saves a checkpoint and returns
   * no value. Beside a command, a function, an activity or a workflow. Default: the trial measures itself.
   */
  readonly evaluate?: EvaluateStepSyntax;
}

/** @param directory  that the paths of what measures start from */
export function readLimits(fields: Fields, directory: string): TrialLimits {
  const [timeout, retries, batch, lane, long, queue] = ['timeout', 'retries', 'batch', 'lane', 'long', 'queue'].map(
    (key) => fields.get(key),
  );
  const repeats = retries && readWhole(retries, 0, 100, '0 never repeats a failed trial');
  const heartbeatMs = readHeartbeat(fields);
  const together = batch && readWhole(batch, 1, 1000, 'leave it out for 1');
  const beside = lane && readWhole(lane, 2, 100, 'leave it out, and the study runs its trials itself');
  const isLong = long && readFlag(long, 'leave it out, or write true for trials that take hours or days');
  const each: TrialLimits = {
    ...readTimeout(timeout),
    retries: repeats ?? 0,
    heartbeatMs: heartbeatMs ?? HEARTBEAT_MS,
    ...(together !== undefined && together > 1 && { batch: together }),
    ...(beside !== undefined && { lane: beside }),
    ...(isLong && { long: true }),
    ...readQueue(queue),
  };
  const written = fields.get('evaluate');
  const evaluate = written && readEvaluateStep(written, directory, each);
  const limits = { ...each, ...(evaluate && { evaluate }) };
  for (const [together, field] of [
    ['batch', batch],
    ['lane', lane],
  ] as const)
    if (limits[together] && runsAsChild(limits))
      wrong(
        field!,
        `no ${together} of long trials`,
        `leave it out, ${isLong ? 'or remove long: true' : `or write a timeout of at most 1h${evaluate ? ', evaluate included' : ''}`}`,
      );
  return limits;
}
