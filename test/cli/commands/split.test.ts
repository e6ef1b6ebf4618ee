import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../activities/runners/command.ts';
import { splitCommand } from '../../../cli/commands/split.ts';
import type { SplitData } from '../../../evaluation/splits/data.ts';
import { splitsOf } from '../../../evaluation/splits/trial-splits.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';
import type { TrialEvaluation } from '../../../study/evaluation/spec.ts';
import { factsOf, fileOf, limitsOf, recordEvents } from '../../activities/runners/harness.ts';

const dtune = [
  '--import',
  pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
  fileURLToPath(new URL('../../../cli/main.ts', import.meta.url)),
];
const evaluationOf = (split: TrialEvaluation['split']): TrialEvaluation => ({
  ...(split && { split }),
  test: { kind: 'hold-out', size: 0.25 },
  seed: 5,
  repeat: 1,
});
const kFold = evaluationOf({ kind: 'k-fold', folds: 3, repeats: 1 });
const stratified = evaluationOf({ kind: 'stratified', folds: 2, repeats: 1 });
const grouped = evaluationOf({ kind: 'group', folds: 2, repeats: 1 });

const foldsOf = (evaluation: TrialEvaluation, phase: 'tune' | 'test', data: SplitData): unknown[] =>
  splitsOf(evaluation, phase, data).map(({ train, test }) => ({ train: [...train], test: [...test] }));

/** What it prints in a trial that is told this. */
async function run(facts: object | undefined, ...args: string[]): Promise<unknown> {
  vi.stubEnv('DTUNE_EVALUATION', facts && JSON.stringify(facts));
  const out: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  await splitCommand().exitOverride().parseAsync(args, { from: 'user' });
  vi.restoreAllMocks();
  expect(out.join('')).toMatch(/^[^\n]+\n$/);
  return JSON.parse(out.join(''));
}

async function refusalOf(facts: object | undefined, ...args: string[]): Promise<string> {
  const error = await run(facts, ...args).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StudyDefinitionError);
  return (error as Error).message;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('dtune split', () => {
  it('prints the folds of the trial that runs it, in its phase', async () => {
    for (const phase of ['tune', 'test'] as const)
      expect(await run({ phase, evaluation: kFold }, '--rows', '24')).toEqual(foldsOf(kFold, phase, 24));
  });

  it('reads labels and groups of a CSV file', async () => {
    const labels = Array.from({ length: 24 }, (_, i) => Math.floor(i / 8));
    const groups = Array.from({ length: 24 }, (_, i) => `patient, ${i % 6}`);
    const rows = labels.map((label, i) => `${i},${label}.0,"${groups[i]}"\r\n`).join('');
    const file = fileOf('rows.csv', `id, label ,group\r\n${rows}`);
    const data = { rows: 24, labels, groups };
    for (const evaluation of [stratified, grouped])
      expect(await run({ phase: 'tune', evaluation }, '--data', file)).toEqual(foldsOf(evaluation, 'tune', data));
    const other = fileOf('rows.csv', `id,class,patient\n${rows}`);
    expect(
      await run({ phase: 'tune', evaluation: grouped }, '--data', other, '--group', 'patient', '--label', 'class'),
    ).toEqual(foldsOf(grouped, 'tune', data));
  });

  it('takes a trial from a file, as a command reads it on stdin', async () => {
    const trial = fileOf('trial.json', JSON.stringify(factsOf({ evaluation: kFold, phase: 'test' })));
    expect(await run(undefined, '--trial', trial, '--rows', '24')).toEqual(foldsOf(kFold, 'test', 24));
  });

  it('is all that a trial in another language needs', async () => {
    const script = `const { execFileSync } = require('node:child_process');
      const folds = JSON.parse(execFileSync(process.execPath, [...process.argv.slice(1), 'split', '--rows', '24']));
      console.log(JSON.stringify({ folds: folds.map(({ train }) => train.length), train: 1, attributes: { folds } }))`;
    const command = [process.execPath, '-e', script, '--', ...dtune];
    const result = await runCommand(
      { kind: 'command', command, cwd: '/', retries: 0, heartbeatMs: 10_000 },
      factsOf({ evaluation: kFold }),
      recordEvents(),
      limitsOf(),
    );
    expect(result).toMatchObject({ train: 1, attributes: { folds: foldsOf(kFold, 'tune', 24) } });
  });

  it('reads a trial on stdin, and refuses what is none with exit code 2', () => {
    const input = JSON.stringify(factsOf({ evaluation: kFold }));
    const [taken, refused] = [input, 'params'].map((text) =>
      spawnSync(process.execPath, [...dtune, 'split', '--trial', '-', '--rows', '24'], {
        input: text,
        encoding: 'utf8',
      }),
    );
    expect(JSON.parse(taken!.stdout)).toEqual(foldsOf(kFold, 'tune', 24));
    expect(refused).toMatchObject({ status: 2, stdout: '', stderr: 'stdin is "params": expected a trial as JSON\n' });
  });

  it('says what it lacks', async () => {
    const facts = { phase: 'tune', evaluation: kFold };
    expect(await refusalOf(undefined, '--rows', '3')).toMatch(/^there is no DTUNE_EVALUATION in the environment: /);
    expect(await refusalOf(facts)).toBe('what is to be divided is missing: give --rows or --data');
    expect(await refusalOf(factsOf(), '--rows', '3')).toBe(
      'this study does not say how rows are divided: expected evaluate in the study file, such as ' +
        'evaluate: { split: { kFold: 5 }, test: { holdOut: 0.2 } }',
    );
    expect(await refusalOf({ evaluation: kFold }, '--rows', '3')).toMatch(/expected a trial, \{"phase": "tune"/);
    expect(await refusalOf(facts, '--trial', '/no/such.json', '--rows', '3')).toMatch(/^cannot read \/no\/such\.json/);
    expect(await refusalOf(facts, '--data', '/no/such.csv')).toMatch(/^cannot read \/no\/such\.csv/);
    const file = fileOf('rows.csv', 'id,label\n1,a\n2,\n');
    expect(await refusalOf(facts, '--data', file)).toBe(`${file}, line 3: there is no label: expected one a row`);
    const whole = fileOf('rows.csv', 'id,label\n1,a\n2,b\n');
    expect(await refusalOf(facts, '--data', whole, '--group', 'patient')).toBe(
      `${whole} has no column 'patient': expected one of id or label`,
    );
    expect(await refusalOf(facts, '--data', fileOf('rows.csv', 'label\n"a\n'))).toMatch(
      /rows\.csv: line 2: a quoted cell/,
    );
  });
});
