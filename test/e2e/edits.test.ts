/** Edits, asks and tells as a user types them. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StudyDefinitionError } from '../../study/errors.ts';
import { askCommand, tellCommand } from '../../cli/commands/lend.ts';
import { cancelCommand, failCommand, retryCommand } from '../../cli/commands/end-trial.ts';
import { addCommand, enqueueCommand } from '../../cli/commands/enqueue.ts';
import { logCommand } from '../../cli/commands/log.ts';
import { noteCommand, tagCommand } from '../../cli/commands/note.ts';
import { pauseCommand, resumeCommand } from '../../cli/commands/pause.ts';
import { setCommand } from '../../cli/commands/set.ts';
import { statusCommand } from '../../cli/commands/status.ts';
import { stopCommand } from '../../cli/commands/stop.ts';
import { trialsCommand } from '../../cli/commands/trials.ts';
import { watchCommand } from '../../cli/commands/watch.ts';
import { Desk, type Done } from './dtune.ts';
import { killServerOf } from './home.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
  // counts in its checkpoints, ten a second, and says from where
  await desk.file(
    'count.mjs',
    `export async function count({ params, checkpoint, saveCheckpoint, signal }) {
      const from = Number(checkpoint ?? 0);
      for (let step = from; step < params.steps; step++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        saveCheckpoint(String(step + 1));
        if (signal.aborted) throw new Error('told to end');
      }
      return { value: params.x, attributes: { from } };
    }`,
  );
});
afterAll(() => desk.close());

const COMMANDS = [
  askCommand,
  tellCommand,
  pauseCommand,
  resumeCommand,
  stopCommand,
  setCommand,
  enqueueCommand,
  addCommand,
  cancelCommand,
  failCommand,
  retryCommand,
  noteCommand,
  tagCommand,
  logCommand,
  statusCommand,
  trialsCommand,
  watchCommand,
];

/** A command in this process: starting one of its own takes a second. What ends one with a message is its stderr and code 2. */
async function dtune(...[verb, ...args]: readonly string[]): Promise<Done> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => ((written[stream] += String(text)), true)),
  );
  process.exitCode = 0;
  try {
    const command = COMMANDS.map((make) => make()).find((made) => made.name() === verb)!;
    await command.exitOverride().parseAsync([...args, '--home', desk.home, '--embedded'], { from: 'user' });
  } catch (error) {
    if (!(error instanceof StudyDefinitionError)) throw error;
    written.stderr += error.message;
    process.exitCode = 2;
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const code = Number(process.exitCode);
  process.exitCode = 0;
  return { ...written, code };
}

const study = (name: string, more: object = {}): object => ({
  name,
  space: { x: { float: [0, 1] }, layers: { int: [1, 4] }, kind: { choice: ['a', '2'] } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: 'external',
  sampler: 'random',
  stop: { trials: 4 },
  seed: 3,
  ...more,
});
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const start = async (name: string, more: object = {}): Promise<void> => {
  const file = await desk.file(`${name}.json`, study(name, more));
  expect(await desk.run('run', file, '--detach')).toMatchObject({ code: 0 });
};

describe('dtune ask and tell', () => {
  it('run a study from the outside', async () => {
    await start('outside');
    const numbers: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const [trial] = lines((await dtune('ask', 'outside', '--lease', '10m')).stdout);
      expect(Object.keys(trial)).toEqual(['lease', 'number', 'params', 'seed', 'until']);
      numbers.push(trial['number']);
      const told = await dtune('tell', 'outside', trial['lease'] as string, '--value', String(0.5 - i / 10));
      expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining(`${i + 1} complete`) });
    }
    expect(numbers).toEqual([0, 1, 2, 3]);
    const watched = await dtune('watch', 'outside', '--json');
    expect(lines(watched.stdout)[0]).toMatchObject({ status: 'complete', best: { number: 3 } });
    const late = await dtune('ask', 'outside');
    expect(late).toMatchObject({ code: 2, stdout: '', stderr: "study 'outside' has closed: it takes nothing more" });
  });

  it('lend a trial with values of one’s own', async () => {
    await start('particular', { fixed: { layers: 3 } });
    const [trial] = lines((await dtune('ask', 'particular', '--fix', 'x=0.25', 'kind=2')).stdout);
    expect(trial['params']).toEqual({ x: 0.25, layers: 3, kind: '2' });
    expect(await dtune('ask', 'particular', '--fix', 'layers=2')).toMatchObject({
      code: 2,
      stderr: 'ask: fixed: layers is 2, but this study fixes it to 3; leave it out',
    });
    const file = await desk.file('particular.json', study('particular', { fixed: { layers: 2 } }));
    const run = await desk.run('run', file, '--detach');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('fixed.layers: 3 -> 2');
    expect(await dtune('stop', 'particular', '--now')).toMatchObject({ code: 0 });
  });

  it('give a trial back, renew it, fail it, and say where there is none', async () => {
    await start('scarce', { stop: { trials: 1 } });
    const ask = ['ask', 'scarce', '--wait', '300ms'];
    const [first] = lines((await dtune(...ask, '--id', 'mine')).stdout);
    expect(lines((await dtune(...ask, '--id', 'mine')).stdout)[0]).toEqual(first);
    const none = await dtune(...ask);
    expect(none).toMatchObject({ code: 3, stdout: '' });
    expect(none.stderr).toContain("study 'scarce' has no trial to give now");
    expect(await dtune('tell', 'scarce', 'mine', '--renew')).toMatchObject({ code: 0 });
    expect(await dtune('tell', 'scarce', 'mine', '--give-back')).toMatchObject({ code: 0 });
    const [again] = lines((await dtune(...ask)).stdout);
    expect(again).toMatchObject({ number: first['number'], params: first['params'] });
    const lease = again['lease'] as string;
    const garbage = await dtune('tell', 'scarce', lease, '--values', 'lost=1');
    expect(garbage).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean 'loss'?") });
    const twofold = await dtune('tell', 'scarce', lease, '--value', '1', '--renew');
    expect(twofold).toMatchObject({ code: 2, stderr: expect.stringContaining('expected one of --value') });
    expect(await dtune('tell', 'scarce', lease, '--failed', 'no memory')).toMatchObject({ code: 0 });
    expect(lines((await dtune('trials', 'scarce', '--json')).stdout)).toMatchObject([
      { number: 0, state: 'failed', reason: 'no memory' },
    ]);
    await dtune('stop', 'scarce');
  });
});

describe('an edit', () => {
  it('is printed and logged, with who did it and why', async () => {
    await start('logged');
    const edits = [
      ['set', '--trials', '+2', '--time', '2h', '--why', 'more time'],
      ['set', '--parallel', '3'],
      ['set', '--sampler', '{ "tpe": { "candidates": 12 } }'],
      ['enqueue', 'layers=2', 'kind=2'],
      ['add', 'x=0.25', 'layers=1', 'kind=a', '--value', '0.125', '--who', 'ada'],
      ['note', 'looks good', '--trial', '0'],
      ['tag', 'team=a', 'old=1'],
      ['tag', '--remove', 'old'],
      ['pause'],
      ['resume'],
    ];
    const [borrowed] = lines((await dtune('ask', 'logged')).stdout);
    for (const [verb, ...args] of edits) {
      const done = await dtune(verb, 'logged', ...args);
      expect({ ...done, verb }).toMatchObject({ code: 0, stdout: expect.stringContaining('in force since position') });
    }
    const log = lines((await dtune('log', 'logged', '--json')).stdout);
    expect(log.map(({ edit }) => (edit as { kind: string }).kind)).toEqual(
      'budget parallel sampler enqueue tell note tag tag pause resume'.split(' '),
    );
    expect(log[0]).toMatchObject({ edit: { stop: { trials: 6, timeMs: 7_200_000 } }, why: 'more time' });
    expect(log[3]).toMatchObject({ edit: { trials: [{ params: { layers: 2, kind: '2' } }] } });
    expect(log[4]).toMatchObject({ who: 'ada' });
    const table = (await dtune('log', 'logged')).stdout;
    expect(table).toMatch(/set trials 6, time 2h +in force since position \d+ +more time/);
    expect(table).toMatch(/ada +add x=0.25 layers=1 kind=a -> \{"value":0.125\}/);
    expect((await dtune('status', 'logged')).stdout).toMatch(/1 from outside[^]*tags +team=a/);
    const next = lines((await dtune('ask', 'logged')).stdout)[0];
    expect(next['params']).toMatchObject({ layers: 2, kind: '2' });
    expect(await dtune('cancel', 'logged', String(borrowed['number']))).toMatchObject({ code: 0 });
    expect(await dtune('retry', 'logged', String(borrowed['number']))).toMatchObject({ code: 0 });
    expect(lines((await dtune('ask', 'logged')).stdout)[0]).toMatchObject({ params: borrowed['params'] });
    await dtune('stop', 'logged', '--now');
  });

  it('that is refused exits with 2 in the words of the study, and changes nothing', async () => {
    await start('strict');
    const status = (await dtune('status', 'strict', '--json')).stdout;
    for (const [words, ...command] of [
      ['parallel: got 0, expected a whole number from 1 to 1000', 'set', 'strict', '--parallel', '0'],
      ['there is no sampler "tpx"', 'set', 'strict', '--sampler', 'tpx'],
      ['budget: trials is 0, expected a whole number from 1', 'set', 'strict', '--trials', '0'],
      ["--trials is 'many', expected a whole number, or none", 'set', 'strict', '--trials', 'many'],
      ['set: expected one change', 'set', 'strict', '--trials', '5', '--parallel', '2'],
      ['x cannot be 3: expected a number from 0 to 1', 'enqueue', 'strict', 'x=3'],
      ["there is no parameter 'y'", 'enqueue', 'strict', 'y=3'],
      ['layers is missing', 'add', 'strict', 'x=0.5', '--value', '1'],
      ['cancel: trial 7 is not open; open trials are none', 'cancel', 'strict', '7'],
      ['resume: the study is not paused', 'resume', 'strict'],
      ['at 9 is for studies with order: trial', 'pause', 'strict', '--at', '9'],
      ['--now acts at once, and --at later', 'pause', 'strict', '--now', '--at', '9'],
      ["there is no study named 'stict'", 'pause', 'stict'],
    ]) {
      const { code, stdout, stderr } = await dtune(...command);
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    }
    expect((await dtune('status', 'strict', '--json')).stdout).toBe(status);
    const log = lines((await dtune('log', 'strict', '--json')).stdout);
    expect(log).toMatchObject([{ refused: expect.stringContaining('there is no sampler "tpx"') }]);
    await dtune('stop', 'strict');
  });

  it('of the space says what older trials are in it', async () => {
    await start('spaced');
    await dtune('add', 'spaced', 'x=0.25', 'layers=1', 'kind=a', '--value', '0.5');
    const file = await desk.file(
      'wider.yaml',
      'space: { x: { float: [0, 2] }, layers: { int: [1, 4] }, rate: { float: [0, 1] } }',
    );
    const done = await dtune('set', 'spaced', '--space', file, '--was', 'rate=0.1');
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('set space version 2 (x, layers, rate)') });
    const [trial] = lines((await dtune('ask', 'spaced')).stdout);
    expect(Object.keys(trial['params'] as object)).toEqual(['x', 'layers', 'rate']);
    const [old] = lines((await dtune('trials', 'spaced', '--json')).stdout);
    expect(old).toMatchObject({ params: { x: 0.25, layers: 1, kind: 'a' } });
    await dtune('stop', 'spaced', '--now');
  });

  it('with order trial waits for its trial', async () => {
    await start('ordered', {
      trial: { function: 'count', module: './count.mjs' },
      order: 'trial',
      space: { x: { float: [0, 1] }, steps: { fixed: 3 } },
      stop: { trials: 12 },
    });
    const waits = await dtune('set', 'ordered', '--trials', '9', '--at', '8');
    expect(waits.stdout).toMatch(/set trials 9: (waits for trial 8|in force since position 9, before trial 8)/);
    const late = await dtune('set', 'ordered', '--trials', '9', '--at', '0');
    expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('that trial was opened already') });
    const watched = await dtune('watch', 'ordered', '--json');
    expect(lines(watched.stdout)[0]).toMatchObject({ counts: { complete: 9 } });
    expect((await dtune('log', 'ordered')).stdout).toContain('in force since position 9, before trial 8');
  });
});

describe('dtune pause --now', () => {
  it('ends trials with their checkpoints, over an end of server and worker, and resume goes on from there', async () => {
    await start('paused', {
      trial: { function: 'count', module: './count.mjs', heartbeat: '1s' },
      space: { x: { float: [0, 1] }, steps: { fixed: 60 } },
      parallel: 2,
      stop: { trials: 2 },
    });
    const progress = async (): Promise<string> => (await dtune('status', 'paused', '--json')).stdout;
    await until(async () => /"running":2/.test(await progress()));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await dtune('pause', 'paused', '--now')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('pause --now'),
    });
    await until(async () => /"running":0,"waiting":2/.test(await progress()));
    expect((await dtune('status', 'paused')).stdout).toContain('paused: paused, 0 trials in flight, 2 waiting');
    // what comes after is the work of processes of its own: they bring back what was killed
    process.kill((await desk.workerPid())!, 'SIGKILL');
    await killServerOf(desk.home);
    expect(await desk.run('resume', 'paused')).toMatchObject({ code: 0 });
    const watched = await desk.run('watch', 'paused', '--json');
    expect(lines(watched.stdout)[0]).toMatchObject({ status: 'complete', counts: { complete: 2, failed: 0 } });
    for (const trial of lines((await dtune('trials', 'paused', '--json')).stdout)) {
      expect(trial).toMatchObject({ state: 'complete', attempts: 2 });
      expect((trial['attributes'] as { from: number }).from).toBeGreaterThan(3);
    }
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
