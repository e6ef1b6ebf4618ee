/**
 * Trials that are jobs of a cluster: { job: { kubernetes: { image: …, command: […] } } }, { job: { slurm: { command: [python3, train.py] } } },
 * or any scheduler by the commands that speak to it.
 */
import { isRecord } from '../../wording/json.ts';
import type { CommandJob, JobSpec, KubernetesJob } from '../../trial/remote.ts';
import { child, missing, readDuration, readKind, readText, wrong, type Field, type Fields } from '../field.ts';
import { absolutePath } from '../path.ts';
import { readCommand } from './command.ts';
import { readStates, UNREACHABLE_MS } from './http.ts';
import { readKubernetes, type KubernetesSyntax } from './kubernetes.ts';

export type JobSyntax = {
  /** Between two looks, '100ms' to '1h'; default '10s'. */
  readonly every?: string;
  /** How long a scheduler that does not answer is asked again, '1s' to '30d'; default '1h'. */
  readonly unreachable?: string;
} & (
  | { readonly kubernetes: KubernetesSyntax }
  | { readonly slurm: SlurmSyntax }
  | { readonly yarn: YarnSyntax }
  | ({ readonly submit: readonly string[] } & TemplateSyntax)
);

export interface SlurmSyntax {
  /** Program and arguments, run on a node as a trial that is a command: the trial on stdin, its result as the last line. */
  readonly command: readonly string[];
  /** Further arguments of sbatch: ['--gres=gpu:1', '--partition=long']. */
  readonly options?: readonly string[];
  /** A folder that this machine and the nodes share; default 'dtune-jobs' beside the study file. */
  readonly folder?: string;
}

export interface YarnSyntax {
  /** Submits an application that is tagged {name}, and does not wait for it; what it prints or logs holds the application's id. */
  readonly submit: readonly string[];
  readonly folder?: string;
}

export interface TemplateSyntax {
  readonly status: readonly string[];
  readonly cancel: readonly string[];
  /** Prints the ids of jobs named {name}: by it a job is found whose worker died while submitting it. */
  readonly find?: readonly string[];
  /** Regular expression for the id in what `submit` and `find` print; default: the first word. */
  readonly id?: string;
  /** The same for the state in what `status` prints; default: the first word. */
  readonly state?: string;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly folder?: string;
}

const COMMON = ['every', 'unreachable'];
const TEMPLATE = ['status', 'cancel', 'find', 'id', 'state', 'done', 'failed', 'folder'];
const KINDS = {
  kubernetes: COMMON,
  slurm: COMMON,
  yarn: COMMON,
  submit: [...COMMON, ...TEMPLATE],
};
const EXPECTED = '{ kubernetes: … }, { slurm: … }, { yarn: … } or { submit: […], status: […], cancel: […], … }';
const EXAMPLE = 'write job: { slurm: { command: [python3, train.py] } }, say';
const EVERY_MS = 10_000;
const FOLDER = 'dtune-jobs';
const WORD = String.raw`\S+`;

/** sbatch's states that do not change any more (squeue's manual, JOB STATE CODES). */
const SLURM = {
  done: ['completed'],
  failed: [
    'boot_fail',
    'cancelled',
    'deadline',
    'failed',
    'node_fail',
    'out_of_memory',
    'preempted',
    'revoked',
    'timeout',
  ],
};

export function readJob(field: Field, directory: string): JobSpec | undefined {
  const read = readKind(field, KINDS, EXPECTED, EXAMPLE);
  if (!read) return undefined;
  const [every, unreachable] = COMMON.map((key) => read.fields.get(key));
  const everyMs = every && readDuration(every, '100ms', '1h', 'leave it out for 10s');
  const unreachableMs = unreachable && readDuration(unreachable, '1s', '30d', 'leave it out for 1h');
  const job = readScheduler(field, read, directory);
  return job && { ...job, everyMs: everyMs ?? EVERY_MS, unreachableMs: unreachableMs ?? UNREACHABLE_MS };
}

function readScheduler(
  field: Field,
  { kind, value, fields }: { readonly kind: keyof typeof KINDS; readonly value: Field; readonly fields: Fields },
  directory: string,
): KubernetesJob | CommandJob | undefined {
  switch (kind) {
    case 'kubernetes':
      return readKubernetes(value, directory);
    case 'slurm':
      return readSlurm(value, directory);
    case 'yarn':
      return readYarn(value, directory);
    case 'submit':
      return readTemplate(field, fields, directory);
  }
}

function readSlurm(field: Field, directory: string): CommandJob | undefined {
  const fields = fieldsOf(field, ['command', 'options', 'folder'], '{ command: [ … ] }');
  if (!fields) return undefined;
  const command = readNeeded(field, fields, 'command', '[python3, train.py]');
  const options = fields.get('options');
  const more =
    options && (Array.isArray(options.value) && options.value.length === 0 ? [] : readCommand(options, 'leave it out'));
  const folder = readFolder(fields.get('folder'), directory);
  if (!command || !folder) return undefined;
  return {
    kind: 'commands',
    submit: [
      'sbatch',
      '--parsable',
      '--job-name={name}',
      '--chdir={cwd}',
      '--input={trial}',
      '--output={log}',
      '--error={errors}',
      '--open-mode=append',
      ...(more ?? []),
      '{script}',
    ],
    command,
    status: ['squeue', '--noheader', '--states=all', '--format=%T', '--jobs={id}'],
    cancel: ['scancel', '{id}'],
    find: ['squeue', '--noheader', '--states=all', '--format=%A', '--name={name}'],
    id: String.raw`\d+`,
    state: WORD,
    ...SLURM,
    cwd: directory,
    folder,
  };
}

/** Its application reports by itself: YARN has neither its input nor its output here. */
function readYarn(field: Field, directory: string): CommandJob | undefined {
  const fields = fieldsOf(field, ['submit', 'folder'], '{ submit: [ … ] }');
  if (!fields) return undefined;
  const submit = readNeeded(field, fields, 'submit', "[spark-submit, --conf, 'spark.yarn.tags={name}', …]");
  const folder = readFolder(fields.get('folder'), directory);
  if (!submit || !folder) return undefined;
  return {
    kind: 'commands',
    submit,
    status: ['yarn', 'application', '-status', '{id}'],
    cancel: ['yarn', 'application', '-kill', '{id}'],
    find: ['yarn', 'application', '-list', '-appStates', 'ALL', '-appTags', '{name}'],
    id: String.raw`application_\d+_\d+`,
    logsId: true,
    state: String.raw`Final-State\s*:\s*(\S+)`,
    done: ['succeeded'],
    failed: ['failed', 'killed', 'ended'],
    cwd: directory,
    folder,
  };
}

function readTemplate(field: Field, fields: Fields, directory: string): CommandJob | undefined {
  const [submit, status, cancel] = (['submit', 'status', 'cancel'] as const).map((key) =>
    readNeeded(field, fields, key, '[qsub, …]'),
  );
  const written = fields.get('find');
  const find = written && readCommand(written, 'leave it out');
  const [id, state] = ['id', 'state'].map((key) => readPattern(fields.get(key)));
  const [done, failed] = ['done', 'failed'].map((key) => {
    const states = fields.get(key);
    return states ? readStates(states) : missing(field, key, 'a list of states', `add ${key}: [ … ]`);
  });
  const folder = readFolder(fields.get('folder'), directory);
  if (!submit || !status || !cancel || !id || !state || !done || !failed || !folder) return undefined;
  return {
    kind: 'commands',
    submit,
    status,
    cancel,
    ...(find && { find }),
    id,
    state,
    done,
    failed,
    cwd: directory,
    folder,
  };
}

function fieldsOf(field: Field, keys: readonly string[], expected: string): Fields | undefined {
  if (!isRecord(field.value)) return wrong(field, expected, EXAMPLE);
  const fields = new Map(Object.entries(field.value).map(([key, value]) => [key, child(field, key, value)]));
  for (const [key, each] of fields) if (!keys.includes(key)) wrong(each, `one of ${keys.join(', ')}`, 'remove it');
  return fields;
}

function readNeeded(parent: Field, fields: Fields, key: string, example: string): readonly string[] | undefined {
  const field = fields.get(key);
  return field
    ? readCommand(field, `write ${key}: ${example}`)
    : missing(parent, key, 'a program and its arguments', `add ${key}: ${example}`);
}

function readFolder(field: Field | undefined, directory: string): string | undefined {
  const path = field ? readText(field, 1000, 'the path of a folder', 'leave it out for dtune-jobs') : FOLDER;
  return path === undefined ? undefined : absolutePath(directory, path);
}

function readPattern(field: Field | undefined): string | undefined {
  if (!field) return WORD;
  const text = readText(field, 200, 'a regular expression', String.raw`write \d+, say`);
  if (text === undefined) return undefined;
  try {
    return new RegExp(text).source;
  } catch {
    return wrong(field, 'a regular expression', String.raw`write \d+, say`);
  }
}
