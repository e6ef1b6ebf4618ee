/**
 * How a trial is written: { command: [python3, train.py], timeout: 10m }, { function: train, module: ./train.ts },
 * { activity: train, queue: gpu }, { workflow: trainAndTest, queue: ml }, { http: { url: https://train.example.com/jobs, poll: true } },
 * { job: { slurm: { command: [python3, train.py] } } }, or `external`: run by whoever asks the study for a trial and tells it the result. With
 * `evaluate: { command: [python3, measure.py] }` a command, function, activity or workflow only trains: what it left as checkpoint is measured
 * by a step of its own.
 */
import type { TrialSpec } from '../../study.ts';
import { readKind, wrong, type Field, type Fields } from '../field.ts';
import { readCommand, type CommandSyntax } from './command.ts';
import { readForeign, type ActivitySyntax, type WorkflowSyntax } from './foreign.ts';
import { readFunction, type FunctionSyntax } from './function.ts';
import { readHttp, type HttpSyntax } from './http.ts';
import { readJob, type JobSyntax } from './job.ts';
import { HEARTBEAT_MS } from './attempt.ts';
import { readLimits, type TrialLimitsSyntax } from './limits.ts';

export type TrialSyntax =
  /** Others ask for trials and tell how they ended; the study runs none itself. */
  | 'external'
  | { readonly external: true }
  | (TrialLimitsSyntax & (FunctionSyntax | CommandSyntax | ActivitySyntax | Omit<WorkflowSyntax, 'batch' | 'lane'>))
  | (Omit<TrialLimitsSyntax, 'batch'> & ({ readonly http: HttpSyntax } | { readonly job: JobSyntax }));

const ALL = ['timeout', 'retries', 'heartbeat', 'queue', 'long'];
const KINDS = {
  command: [...ALL, 'batch', 'lane', 'evaluate'],
  function: [...ALL, 'batch', 'lane', 'evaluate', 'module'],
  // a worker waits for many of them at once: nothing is gained by one after another
  http: [...ALL, 'lane'],
  job: [...ALL, 'lane'],
  activity: [...ALL, 'lane', 'evaluate'],
  workflow: ['timeout', 'retries', 'queue', 'evaluate'],
  external: [],
};
const EXPECTED =
  '{ command: [ … ] }, { function: …, module: … }, { activity: …, queue: … }, { workflow: …, queue: … }, { http: … }, { job: … } or external';
const EXAMPLE = 'write trial: { command: [python3, train.py] }, say';

const EXTERNAL: TrialSpec = { kind: 'external', retries: 0, heartbeatMs: HEARTBEAT_MS };

/** What runs a trial, paths made absolute from `directory`. */
export function readTrial(field: Field, directory: string): TrialSpec | undefined {
  if (field.value === 'external') return EXTERNAL;
  const read = readKind(field, KINDS, EXPECTED, EXAMPLE);
  if (!read) return undefined;
  const { kind, value, fields } = read;
  if (kind === 'external')
    return value.value === true ? EXTERNAL : wrong(value, 'true', 'write trial: external, or say what runs');
  const limits = readLimits(fields, directory);
  const spec = readSpec(field, kind, value, fields, directory);
  return spec && ({ ...spec, ...limits, ...(kind === 'workflow' && { long: true }) } as TrialSpec);
}

function readSpec(
  field: Field,
  kind: Exclude<keyof typeof KINDS, 'external'>,
  value: Field,
  fields: Fields,
  directory: string,
): object | undefined {
  if (kind === 'function') return readFunction(value, fields, directory);
  if (kind === 'http') {
    const http = readHttp(value);
    return http && { kind, http };
  }
  if (kind === 'job') {
    const job = readJob(value, directory);
    return job && { kind, job };
  }
  if (kind !== 'command') return readForeign(field, kind, value, fields);
  const command = readCommand(value, 'write command: [python3, train.py]');
  return command && { kind, command, cwd: directory };
}
