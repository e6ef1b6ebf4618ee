/**
 * How what measures a trial's checkpoint is written: evaluate: { command: [python3, measure.py], timeout: 5m }, or
 * evaluate: { activity: measure, queue: cpu }.
 */
import type { StepSpec, TrialLimits } from '../../study.ts';
import { readKind, type Field } from '../field.ts';
import { HEARTBEAT_MS, readHeartbeat, readQueue, readTimeout } from './attempt.ts';
import { readCommand, type CommandSyntax } from './command.ts';
import { readForeign, type ActivitySyntax } from './foreign.ts';
import { readFunction, type FunctionSyntax } from './function.ts';

/** Retries are the trial's; so is the heartbeat, where it sends any. */
export type EvaluateStepSyntax = (
  | FunctionSyntax
  | CommandSyntax
  | (ActivitySyntax & {
      /** '1s' to '1h'; 'off', with a timeout: it sends no heartbeats. */
      readonly heartbeat?: string;
    })
) & {
  /** Longest run of one attempt: '10m', '2h', '1h30m'; default: no limit. */
  readonly timeout?: string;
  /** Task queue of the workers that run it; default: the study's own, 'dtune/NAME'. */
  readonly queue?: string;
};

const KINDS = {
  command: ['timeout', 'queue'],
  function: ['module', 'timeout', 'queue'],
  activity: ['timeout', 'queue', 'heartbeat'],
};
const EXPECTED =
  'what measures a checkpoint: { command: [ … ] }, { function: …, module: … } or { activity: …, queue: … }';

/** @param limits the trial's own */
export function readEvaluateStep(field: Field, directory: string, limits: TrialLimits): StepSpec | undefined {
  const read = readKind(field, KINDS, EXPECTED, 'write evaluate: { command: [python3, measure.py] }, say');
  if (!read) return undefined;
  const { kind, value, fields } = read;
  const { retries } = limits;
  const heartbeatMs = readHeartbeat(fields) ?? (limits.heartbeatMs || HEARTBEAT_MS);
  const own = { retries, heartbeatMs, ...readTimeout(fields.get('timeout')), ...readQueue(fields.get('queue')) };
  if (kind === 'function') {
    const run = readFunction(value, fields, directory);
    return run && { ...run, ...own };
  }
  if (kind === 'activity') {
    const foreign = readForeign(field, kind, value, fields);
    return foreign && { ...foreign, ...own };
  }
  const command = readCommand(value, 'write command: [python3, measure.py]');
  return command && { kind, command, cwd: directory, ...own };
}
