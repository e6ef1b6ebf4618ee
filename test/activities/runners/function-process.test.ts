import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFunctionProcess } from '../../../activities/runners/function-process.ts';
import type { RunLimits, TrialFacts } from '../../../activities/runners/runner.ts';
import { splitsOf } from '../../../evaluation/splits/trial-splits.ts';
import { TrialFailedError } from '../../../study/errors.ts';
import type { TrialEvaluation } from '../../../study/evaluation/spec.ts';
import { factsOf, fileOf, isAlive, limitsOf, recordEvents, temporaryFolder, until, type Recorded } from './harness.ts';

const evaluation: TrialEvaluation = {
  split: { kind: 'stratified', folds: 3, repeats: 1 },
  test: { kind: 'own' },
  seed: 5,
  repeat: 0,
};

interface Options {
  readonly name?: string;
  readonly facts?: Partial<TrialFacts>;
  readonly limits?: Partial<RunLimits>;
  readonly events?: Recorded;
}

/** Runs `train` of a module with this text. */
function run(module: string, options: Options = {}, file = 'trials.mjs'): Promise<unknown> {
  return runAt(fileOf(file, module), options);
}

function runAt(module: string, { name = 'train', facts, limits, events }: Options = {}): Promise<unknown> {
  return runFunctionProcess({ module, function: name }, factsOf(facts), events ?? recordEvents(), limitsOf(limits));
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    (value) => new Error(`it gave ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TrialFailedError);
  return (error as Error).message;
}

describe('a function of a module', () => {
  it('receives the trial, with its parameters as nested objects, and may report, save and log', async () => {
    const events = recordEvents();
    const module = `export async function train({ params, signal, report, saveCheckpoint, checkpointDirectory, log, split, ...all }) {
      const { suggestFloat, suggestInt, suggestCategorical, suggestBool, ...rest } = all;
      report(1, 0.5);
      report(2, -0);
      saveCheckpoint('ckpt/1');
      log('half way');
      console.log('printed');
      return { value: params.model.depth, attributes: { ...rest, aborted: signal.aborted, env: JSON.parse(process.env.DTUNE_PARAMS) } };
    }`;
    const facts = { budget: 27, checkpoint: 'ckpt/0', phase: 'test' } as const;
    const { params, evaluation: _, ...rest } = factsOf(facts);
    expect(await run(module, { facts, events })).toEqual({
      value: 3,
      attributes: { ...rest, aborted: false, env: params },
    });
    const { reports, checkpoints, logs, lines } = events;
    expect({ reports, checkpoints, logs, lines }).toEqual({
      reports: [
        [1, 0.5],
        [2, 0],
      ],
      checkpoints: ['ckpt/1'],
      logs: ['half way'],
      lines: ['printed'],
    });
  });

  it('finds budget and checkpoint undefined where there are none', async () => {
    const module = `export const train = (trial) => ({ value: 1, attributes: { is: [typeof trial.budget, typeof trial.checkpoint] } })`;
    expect(await run(module)).toMatchObject({ attributes: { is: ['undefined', 'undefined'] } });
  });

  it('divides its rows as the study says, in this phase', async () => {
    const module = `export const train = ({ split, evaluation }) => ({
      value: 1,
      attributes: { evaluation, folds: split({ labels: ['a', 'b', 'a', 'b', 'a', 'b'] }).map(({ train, test }) => [[...train], [...test]]) },
    })`;
    const result = (await run(module, { facts: { evaluation } })) as { attributes: { folds: number[][][] } };
    const folds = splitsOf(evaluation, 'tune', { labels: ['a', 'b', 'a', 'b', 'a', 'b'] });
    expect(result.attributes).toEqual({
      evaluation,
      folds: folds.map(({ train, test }) => [[...train], [...test]]),
    });
    expect(result.attributes.folds.map(([train, test]) => [...train!, ...test!].sort((a, b) => a - b))).toEqual(
      Array.from({ length: 3 }, () => [0, 1, 2, 3, 4, 5]),
    );
  });

  it('is told what to add to the study file where it says nothing of that', async () => {
    const module = `export const train = ({ split, evaluation }) => (evaluation === undefined ? split(10) : 1)`;
    expect(await reasonOf(run(module))).toBe(
      'this study does not say how rows are divided: expected evaluate in the study file, such as ' +
        'evaluate: { split: { kFold: 5 }, test: { holdOut: 0.2 } }',
    );
  });

  it('may return 50,000 rows of predictions, beside a result of the usual size', async () => {
    const module = `const rows = Array.from({ length: 50_000 }, (_, i) => i % 3);
      export const train = ({ params }) => ({
        value: 1,
        predictions: { truth: rows, predicted: rows, scores: rows.map((row, i) => [row / 3, 1 - row / 3 - i / 2e5, i / 2e5]) },
        ...(params.more && { attributes: { text: 'x'.repeat(2 ** 20) } }),
      })`;
    const { value, predictions } = (await run(module)) as { value: number; predictions: Record<string, unknown[]> };
    expect(value).toBe(1);
    expect(Object.values(predictions).map(({ length }) => length)).toEqual([50_000, 50_000, 50_000]);
    expect(predictions['scores']![49_999]).toEqual([1 / 3, 1 - 1 / 3 - 49_999 / 2e5, 49_999 / 2e5]);
    expect(await reasonOf(run(module, { facts: { params: { more: true } } }))).toMatch(
      /^'train' returned 10486\d\d bytes: expected at most 1048576; write large data to a file$/,
    );
  });

  it('gets strings verbatim', async () => {
    const params = { text: `it's "quoted" $(touch x) \`id\` \0 \ud83c\udfb2 ü` };
    const module = `export const train = ({ params }) => ({ value: 1, attributes: params })`;
    expect(await run(module, { facts: { params } })).toEqual({ value: 1, attributes: params });
  });

  it('may be TypeScript, and is imported afresh for every attempt', async () => {
    const module = fileOf(
      'trials.ts',
      `enum Kind { Slow = 3 }
      let calls = 0;
      export function train(trial: { readonly seed: number }): number { return Kind.Slow + ++calls; }`,
    );
    expect(await runAt(module)).toBe(4);
    expect(await runAt(module)).toBe(4);
  });

  it('may be CommonJS, or belong to a default export', async () => {
    expect(await run(`module.exports = { train: () => 1 }`, {}, 'trials.cjs')).toBe(1);
    expect(await run(`export default { train: () => 2 }`)).toBe(2);
    expect(await run(`export default () => 3`, { name: 'default' })).toBe(3);
  });

  it('works in the directory of its module', async () => {
    const module = fileOf(
      'trials.mjs',
      `export const train = () => ({ value: 1, attributes: { cwd: process.cwd() } })`,
    );
    expect(await runAt(module)).toEqual({ value: 1, attributes: { cwd: dirname(module) } });
  });

  it('may return what is no number, for the check of results to name', async () => {
    expect(await run(`export const train = () => ({ value: NaN })`)).toEqual({ value: NaN });
    expect(await run(`export const train = () => undefined`)).toBe(undefined);
  });

  it('has ended when it returned, whatever the module has open', async () => {
    expect(await run(`setInterval(() => {}, 1000); export const train = () => 1`)).toBe(1);
  });

  it('may send messages of its own to whom it believes its parent', async () => {
    expect(
      await run(`export const train = () => { process.send('ready'); process.send({ kind: 'x' }); return 1 }`),
    ).toBe(1);
  });

  it('may compute without pause, and does not hold up the worker', async () => {
    let beats = 0;
    const beat = setInterval(() => beats++, 10);
    expect(
      await run(`export const train = () => { for (const end = Date.now() + 600; Date.now() < end; ); return 1 }`),
    ).toBe(1);
    clearInterval(beat);
    expect(beats).toBeGreaterThan(10);
  });
});

describe('a function of a module that fails', () => {
  it.each<[string, string, string | RegExp]>([
    [
      'an error',
      `export function train() {\n  throw new RangeError('lr too high');\n}`,
      /^RangeError: lr too high \(at train \/.*trials\.mjs:2:9\)$/,
    ],
    [
      'an error and its cause',
      `export const train = async () => { throw new Error('no data', { cause: new TypeError('bad row') }) }`,
      /^Error: no data \(at .*trials\.mjs:1:\d+\); caused by TypeError: bad row \(at .*trials\.mjs:1:\d+\)$/,
    ],
    ['a thrown string', `export const train = () => { throw 'no' }`, `threw 'no'`],
    [
      'an error nobody catches',
      `export const train = () => new Promise(() => setTimeout(() => { throw new Error('later') }, 10))`,
      /^Error: later \(at .*trials\.mjs:1:\d+\)$/,
    ],
    [
      'a rejection nobody handles',
      `export const train = () => new Promise(() => { setTimeout(() => {}, 5000); Promise.reject(new Error('lost')) })`,
      /^Error: lost \(at .*trials\.mjs:1:\d+\)$/,
    ],
    [
      'an exit',
      `export const train = () => process.exit(0)`,
      `the process of 'train' ended with exit code 0 before it had a result`,
    ],
    [
      'a crash',
      `export const train = () => { console.error('about to go'); process.abort() }`,
      /^the process of 'train' ended with signal SIGABRT before it had a result; stderr ends with:\nabout to go/,
    ],
    [
      'a kill from outside',
      `export const train = () => process.kill(process.pid, 'SIGKILL')`,
      `the process of 'train' ended with signal SIGKILL (out of memory, perhaps) before it had a result`,
    ],
    [
      'a promise that nothing resolves',
      `export const train = () => new Promise(() => {})`,
      `'train' cannot go on: it waits for a promise that nothing is left to resolve`,
    ],
    [
      'a report that is NaN',
      `export const train = ({ report }) => report(3, NaN)`,
      'the value reported at step 3 is NaN: expected a finite number',
    ],
    [
      'a checkpoint that is too long',
      `export const train = ({ saveCheckpoint }) => saveCheckpoint('x'.repeat(5000))`,
      'the checkpoint takes 5000 bytes: expected at most 4096; write the state to a file and give its path or URI',
    ],
    [
      'a result that cannot leave the process',
      `export const train = () => ({ value: 1, attributes: { f: () => 1 } })`,
      `what 'train' returned cannot leave its process: () => 1 could not be cloned.`,
    ],
    [
      'a result of many bytes',
      `export const train = () => ({ value: 1, attributes: { weights: new Float64Array(200000) } })`,
      /^'train' returned 16000\d\d bytes: expected at most 1048576; write large data to a file$/,
    ],
    [
      'predictions of too many bytes',
      `export const train = () => ({ value: 1, predictions: { truth: [], predicted: new Float64Array(2 ** 23) } })`,
      /^'train' returned 67108\d\d\d bytes of predictions: expected at most 67108864; predict fewer rows$/,
    ],
    [
      'a syntax error',
      `const a = 1;\nexport const train = (= 1;`,
      /^the process of 'train' ended with exit code 1 before it had a result; stderr ends with:\nfile:\/\/.*trials\.mjs:2\n[^]*SyntaxError: Unexpected token '='/,
    ],
    [
      'a failed import',
      `import 'no-such-package'; export const train = () => 1`,
      /^cannot load .*: Error: Cannot find package 'no-such-package'/,
    ],
    [
      'a module that throws',
      `throw new Error('no GPU')`,
      /^cannot load \/.*trials\.mjs: Error: no GPU \(at \/.*trials\.mjs:1:7\)$/,
    ],
    [
      'another name',
      `export const trian = () => 1; export function evaluate() {} export const lr = 3`,
      /^\/.*trials\.mjs has no function 'train': it exports evaluate, trian \(did you mean 'trian'\?\)$/,
    ],
    ['no function at all', `export {}`, /^\/.*trials\.mjs has no function 'train': it exports no function$/],
    ['a name of something else', `export const train = 3`, /^'train' of \/.*trials\.mjs is 3: it exports no function$/],
  ])('by %s says so', async (_, module, reason) => {
    const told = await reasonOf(run(module));
    if (typeof reason === 'string') expect(told).toBe(reason);
    else expect(told).toMatch(reason);
  });

  it('since it is not on this machine says so', async () => {
    const module = join(temporaryFolder(), 'trials.mjs');
    expect(await reasonOf(runAt(module))).toBe(
      `there is no file ${module} on this worker's machine: expected the module of 'train'`,
    );
  });

  it('in TypeScript names the line of its source', async () => {
    const module = `interface A { b: string }\n\nexport function train(a: A): number {\n  throw new Error('in ts');\n}`;
    expect(await reasonOf(run(module, {}, 'trials.ts'))).toMatch(/^Error: in ts \(at train \/.*trials\.ts:4:9\)$/);
  });
});

describe('a function of a module that is ended', () => {
  const begin = async (
    module: string,
    graceMs = 5000,
  ): Promise<{ run: Promise<unknown>; stop: () => void; pids: number[] }> => {
    const abort = new AbortController();
    const events = recordEvents();
    const running = run(module, { limits: { signal: abort.signal, graceMs }, events });
    running.catch(() => {});
    await until('it logs its process ids', () => events.logs.length > 0);
    return { run: running, stop: () => abort.abort(), pids: events.logs[0]!.split(' ').map(Number) };
  };

  it('is told by its signal, and what it returns within the grace is its result', async () => {
    const trial = await begin(`import { setTimeout as sleep } from 'node:timers/promises';
      export async function train({ signal, log }) { log(String(process.pid)); while (!signal.aborted) await sleep(10); return 8; }`);
    trial.stop();
    expect(await trial.run).toBe(8);
    expect(trial.pids.filter(isAlive)).toEqual([]);
  });

  it('is killed after the grace with all that it started, even if it computes without pause', async () => {
    const trial = await begin(
      `import { spawn } from 'node:child_process';
      export function train({ log }) {
        const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
        log(process.pid + ' ' + child.pid);
        return new Promise(() => setTimeout(() => { for (;;); }, 50));
      }`,
      300,
    );
    expect(trial.pids.map(isAlive)).toEqual([true, true]);
    trial.stop();
    await expect(trial.run).rejects.toThrow('ended with signal SIGKILL');
    expect(trial.pids.filter(isAlive)).toEqual([]);
  });

  it('leaves nothing that it started behind when it returned', async () => {
    const events = recordEvents();
    const module = `import { spawn } from 'node:child_process';
      export const train = ({ log }) => { log(String(spawn('sleep', ['1000'], { stdio: 'ignore' }).pid)); return 1 }`;
    expect(await run(module, { events })).toBe(1);
    expect(isAlive(Number(events.logs[0]))).toBe(false);
  });

  it('has failed by its timeout, even if it returned then', async () => {
    const module = `export const train = ({ signal }) => new Promise((done) => {
      const wait = setInterval(() => { if (signal.aborted) { clearInterval(wait); done(1) } }, 10) })`;
    expect(await reasonOf(run(module, { limits: { timeoutMs: 1500 } }))).toBe('ran longer than 1s500ms (timeout)');
  });

  it('ends when it was told to before it began', async () => {
    await expect(
      run(`export const train = () => new Promise((done) => setTimeout(done, 100_000))`, {
        limits: { signal: AbortSignal.abort(), graceMs: 100 },
      }),
    ).rejects.toThrow(TrialFailedError);
  });
});
