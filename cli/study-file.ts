/** Study files: YAML or JSON on disk to a checked definition. */
import { createHash, randomInt } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { checkDefinition } from '../samplers/check.ts';
import { checkScheduler } from '../schedulers/registry.ts';
import { defineStudy } from '../study/definition.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { HttpSpec, JobSpec } from '../study/trial/remote.ts';
import type { StudyDefinition, TrialSpec } from '../study/study.ts';

/** The file's content as data. @throws StudyDefinitionError naming the file, the line and what is wrong. */
export function readStudyFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StudyDefinitionError(
      `cannot read ${path}: ${(cause as Error).message}; expected a study file in YAML or JSON`,
      { cause },
    );
  }
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw new StudyDefinitionError(`${path} is not readable YAML: ${cause.message}`, { cause });
  }
}

/**
 * The definition of a study file's content, fit to be started on this machine: samplers know its options, its module or program exists.
 *
 * @param seed what a file without a seed gets; default: a random one
 */
export function definitionOf(content: unknown, path: string, seed: number = randomInt(2 ** 31)): StudyDefinition {
  const definition = defineStudy(content, { directory: dirname(resolve(path)), seed });
  checkDefinition(definition);
  checkScheduler(definition);
  const action = definition.promote?.action;
  if (action?.kind === 'command') checkProgram('promote', action);
  return { ...definition, trial: checkTrial(definition.trial) };
}

function checkTrial(trial: TrialSpec): TrialSpec {
  const { evaluate } = trial;
  return { ...checkRun('trial', trial), ...(evaluate && { evaluate: checkRun('trial.evaluate', evaluate) }) };
}

function checkRun<Spec extends TrialSpec>(path: string, trial: Spec): Spec {
  if (trial.kind === 'command') {
    checkProgram(path, trial);
    return trial;
  }
  if (trial.kind === 'http') checkSecrets(trial.http);
  if (trial.kind === 'job') checkJob(trial.job);
  if (trial.kind !== 'function' || trial.module === undefined) return trial;
  if (!existsSync(trial.module))
    throw new StudyDefinitionError(
      `${path}.module: there is no file ${trial.module}; expected a .js, .mjs or .ts module`,
    );
  return { ...trial, moduleHash: createHash('sha256').update(readFileSync(trial.module)).digest('hex') };
}

function checkJob(job: JobSpec): void {
  if (job.kind === 'commands') return checkProgram('trial.job', { command: job.submit, cwd: job.cwd });
  if (job.kubeconfig !== undefined && !existsSync(job.kubeconfig))
    throw new StudyDefinitionError(
      `trial.job.kubernetes.kubeconfig: there is no file ${job.kubeconfig}; give the path of one`,
    );
}

function checkSecrets({ headers }: HttpSpec): void {
  for (const [name, value] of Object.entries(headers))
    if (typeof value !== 'string' && !process.env[value.env])
      throw new StudyDefinitionError(
        `trial.http.headers.${name}: there is no environment variable ${value.env} here; set it, the home's worker takes it from here`,
      );
}

function checkProgram(
  path: string,
  { command, cwd }: { readonly command: readonly string[]; readonly cwd: string },
): void {
  const program = command[0]!;
  if (!findProgram(program, cwd))
    throw new StudyDefinitionError(
      `${path}.command: there is no program '${program}' on PATH or in ${cwd}; install it or give its path`,
    );
}

function findProgram(program: string, cwd: string): boolean {
  if (isAbsolute(program) || program.includes('/')) return isExecutable(resolve(cwd, program));
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
