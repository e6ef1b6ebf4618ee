/** How what measures a trial's checkpoint is written: evaluate: { command: [python3, measure.py], timeout: 5m }. */
import type { RunnableSpec, TrialLimits } from '../../study.ts';
import { readKind, type Field } from '../field.ts';
import { readQueue, readTimeout } from './attempt.ts';
import { readCommand, type CommandSyntax } from './command.ts';
import { readFunction, type FunctionSyntax } from './function.ts';

/** Retries and heartbeat are the trial's. */
export type EvaluateStepSyntax = (FunctionSyntax | CommandSyntax) & {
  /** Longest run of one attempt: '10m', '2h', '1h30m'; default: no limit. */
  readonly timeout?: string;
  /** Task queue of the workers that run it; default: the study's own, 'dtune/NAME'. */
  readonly queue?: string;
};

const KINDS = { command: ['timeout', 'queue'], function: ['module', 'timeout', 'queue'] };
const EXPECTED = 'what measures a checkpoint: { command: [ … ] } or { function: …, module: … }';

/** @param limits the trial's own */
export function readEvaluateStep(field: Field, directory: string, limits: TrialLimits): RunnableSpec | undefined {
  const read = readKind(field, KINDS, EXPECTED, 'write evaluate: { command: [python3, measure.py] }, say');
  if (!read) return undefined;
  const { kind, value, fields } = read;
  const { retries, heartbeatMs } = limits;
  const own = { retries, heartbeatMs, ...readTimeout(fields.get('timeout')), ...readQueue(fields.get('queue')) };
  if (kind === 'function') {
    const run = readFunction(value, fields, directory);
    return run && { ...run, ...own };
  }
  const command = readCommand(value, 'write command: [python3, measure.py]');
  return command && { kind, command, cwd: directory, ...own };
}
