import { listed } from '../../study/syntax/field.ts';
import { KNOWN, samplerNames } from '../../samplers/registry.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactsOf } from '../../artifacts/store.ts';
import { workerOf } from '../../cli/background/worker-process.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { serverStatus } from '../../server/dev-server.ts';
import type { StudyStatus } from '../../study/contract.ts';
import { defineStudy } from '../../study/definition.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
  await desk.file(
    'train.py',
    'import json, sys, time\n' +
      'trial = json.load(sys.stdin)\n' +
      'time.sleep(trial["params"].get("seconds", 0))\n' +
      'print("epoch 1")\n' +
      'print(json.dumps({"value": trial["params"]["x"] ** 2, "attributes": {"attempt": trial["attempt"]}}))\n',
  );
});
afterAll(() => desk.close());

const study = (name: string, more: object = {}): object => ({
  name,
  space: { x: { float: [-1, 1] }, seconds: { fixed: 0 } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { command: ['python3', 'train.py'] },
  sampler: 'random',
  stop: { trials: 6 },
  seed: 3,
  enqueue: [{ x: 0.5, baseline: true }],
  ...more,
});
const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('dtune run', () => {
  it('runs a study, prints its result, and prints it again without running it again', async () => {
    const file = await desk.file('plain.json', study('plain'));
    const first = await desk.run('run', file, '--json');
    expect(first).toMatchObject({ code: 0 });
    const [result] = lines(first.stdout);
    expect(Object.keys(result)).toEqual(['study', 'status', 'best', 'front', 'counts', 'reason']);
    expect(result).toMatchObject({
      study: 'plain',
      status: 'complete',
      counts: { complete: 6, pruned: 0, failed: 0, infeasible: 0 },
    });
    const again = await desk.run('run', file, '--json');
    expect(again.stdout).toBe(first.stdout);
    const trials = lines((await desk.run('trials', 'plain', '--json')).stdout);
    expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
    const [importance] = lines((await desk.run('importance', 'plain', '--json')).stdout);
    expect(importance).toMatchObject({
      method: 'fanova',
      objective: 'loss',
      trials: 6,
      parameters: [{ parameter: 'x' }],
    });
    expect(trials[0]).toMatchObject({
      number: 0,
      state: 'complete',
      params: { x: 0.5, seconds: 0 },
      values: { loss: 0.25 },
      reports: [],
      asOf: 0,
      origin: 'enqueued',
      attempts: 1,
      baseline: true,
      attributes: { attempt: 1 },
    });
    const plot = await desk.run('plot', 'history', 'plain', '--json');
    expect(lines(plot.stdout)[0]).toMatchObject({
      title: 'History of loss: plain',
      columns: ['study', 'trial', 'state', 'loss', 'best so far'],
      rows: trials.map(({ number }) => ['plain', number, 'complete', expect.any(Number), expect.any(Number)]),
    });
    expect(trials[1]).toMatchObject({
      origin: 'sampler',
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
  });

  it('refuses a changed definition with the difference, unless --new', async () => {
    const file = await desk.file('plain.json', study('plain', { stop: { trials: 2 }, seed: 4 }));
    const refused = await desk.run('run', file);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("study 'plain' has closed with another definition:");
    expect(refused.stderr).toContain('seed: 3 -> 4');
    expect(refused.stderr).toContain('start again with --new');
    const fresh = await desk.run('run', file, '--new', '--json');
    expect(lines(fresh.stdout)[0]).toMatchObject({ counts: { complete: 2 } });
    expect(lines((await desk.run('trials', 'plain', '--json')).stdout).length).toBe(2);
  });

  it('leaves the study working on Ctrl-C, says how to come back, and comes back', async () => {
    const file = await desk.file(
      'long.json',
      study('long', { space: { x: { float: [-1, 1] }, seconds: { fixed: 0.2 } }, stop: { trials: 12 } }),
    );
    const running = desk.start('run', file);
    await running.seen(/[1-9]\/12/);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.done;
    expect(code).toBe(130);
    expect(stderr).toContain(
      "study 'long' goes on in the background: dtune watch long shows it, dtune stop long ends it",
    );
    expect((await desk.run('status', 'long')).stdout).toContain('study     long: running');
    const [result] = lines((await desk.run('run', file, '--json')).stdout);
    expect(result).toMatchObject({ status: 'complete', counts: { complete: 12, failed: 0 } });
  });

  it('brings a killed worker back while it watches', async () => {
    const file = await desk.file(
      'hurt.json',
      study('hurt', { trial: { command: ['python3', 'train.py'], heartbeat: '1s' }, stop: { trials: 20 } }),
    );
    const running = desk.start('run', file, '--json');
    await running.seen(/[1-9]\/20/);
    process.kill((await desk.workerPid())!, 'SIGKILL');
    const { code, stdout, stderr } = await running.done;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(lines(stdout)[0]).toMatchObject({ counts: { complete: 20, failed: 0 } });
  }, 120_000);

  it('ends a study whose trials always fail, with the reason and exit code 1', async () => {
    await desk.file('broken.py', 'raise ValueError("no such layer: 7")');
    const file = await desk.file(
      'broken.json',
      study('broken', { trial: { command: ['python3', 'broken.py'] }, stop: { trials: 5, maxFailures: 3 } }),
    );
    const { code, stdout } = await desk.run('run', file, '--json');
    expect(code).toBe(1);
    expect(lines(stdout)[0]).toMatchObject({
      status: 'failed',
      best: null,
      front: [],
      counts: { failed: 3 },
      reason: '3 trials failed, stop.maxFailures is 3',
    });
    const [trial] = lines((await desk.run('trials', 'broken', '--json')).stdout);
    expect(trial).toMatchObject({ state: 'failed', values: null, reason: expect.stringContaining('no such layer: 7') });
  });

  it('refuses what cannot run before anything starts', async () => {
    const missing = await desk.run(
      'run',
      await desk.file('m.json', study('m', { trial: { command: ['trainer-of-nowhere'] } })),
    );
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain(
      `trial.command: there is no program 'trainer-of-nowhere' on PATH or in ${desk.folder}`,
    );
    expect((await desk.run('run', 'nowhere.yaml')).stderr).toContain('cannot read nowhere.yaml');
    expect((await desk.run('run', await desk.file('y.yaml', 'name: [1'))).stderr).toContain(
      'y.yaml is not readable YAML',
    );
    const unknown = await desk.run('run', await desk.file('s.json', study('s', { sampler: 'tpa' })));
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain(
      `there is no sampler "tpa", expected ${listed(samplerNames(KNOWN))}; did you mean 'tpe'?`,
    );
  });

  it('with --foreground keeps server and worker to itself and leaves nothing running', async () => {
    const other = await Desk.create();
    try {
      await other.file('train.py', await readFile(join(desk.folder, 'train.py'), 'utf8'));
      const file = await other.file('fg.json', study('fg'));
      const { code, stdout } = await other.run('run', file, '--foreground', '--json');
      expect(code).toBe(0);
      expect(lines(stdout)[0]).toMatchObject({ counts: { complete: 6 } });
      expect(await workerOf(other.home)).toBeUndefined();
      expect(await serverStatus({ home: other.home })).toMatchObject({ pid: null });
    } finally {
      await other.close();
    }
  });
});

describe('dtune', () => {
  it('lists studies, open and closed, and answers for each', async () => {
    expect((await desk.run('list')).stdout).toMatch(/study +status +trials +best +started[^]*long +complete +12\/12/);
    expect((await desk.run('best', 'long')).stdout).toContain('x = ');
    const statuses = lines((await desk.run('list', '--json')).stdout);
    expect(statuses.map(({ study: name }) => name)).toEqual(
      expect.arrayContaining(['broken', 'hurt', 'long', 'plain']),
    );
    const nobody = await desk.run('status', 'nobody');
    expect(nobody).toMatchObject({ code: 2 });
    expect(nobody.stderr).toContain("there is no study named 'nobody'; studies here are");
  });

  it('exports JSON lines and CSV', async () => {
    const csv = (await desk.run('export', 'plain', '--format', 'csv')).stdout;
    expect(csv.split('\r\n')[0]).toBe(
      'number,state,origin,asOf,startedAt,finishedAt,attempts,cost,reason,values.loss,params.x,params.seconds',
    );
    const out = join(desk.folder, 'plain.jsonl');
    await desk.run('export', 'plain', '-o', out);
    expect(await readFile(out, 'utf8')).toBe((await desk.run('trials', 'plain', '--json')).stdout);
  });

  it('stops a study: trials in flight finish, or are cancelled with --now', async () => {
    const slow = { space: { x: { float: [-1, 1] }, seconds: { int: [0, 600] } }, parallel: 2, stop: { trials: 100 } };
    // one trial that ends, then some that end soon, or never by themselves
    for (const [name, seconds, ...flags] of [
      ['gentle', 1],
      ['abrupt', 600, '--now'],
    ] as const) {
      const enqueue = [0, ...Array<number>(20).fill(seconds)].map((each) => ({ seconds: each }));
      const running = desk.start('run', await desk.file(`${name}.json`, study(name, { ...slow, enqueue })), '--json');
      await running.seen(/[1-9]\/100/);
      const stopped = await desk.run('stop', name, ...flags, '--why', 'enough seen', '--json');
      expect(lines(stopped.stdout)[0]).toMatchObject({
        status: 'stopped',
        reason: 'enough seen',
        counts: { failed: 0 },
      });
      expect((await running.done).code).toBe(0);
      const states = lines((await desk.run('trials', name, '--json')).stdout).map(({ state }) => state);
      expect(states.includes('paused')).toBe(flags.length > 0);
      expect(states.filter((state) => state !== 'paused')).toEqual(states.filter((state) => state === 'complete'));
      expect(states).toContain('complete');
    }
  });

  it('prints a space as JSON Schema and helps with typing errors', async () => {
    const schema = JSON.parse((await desk.run('space', await desk.file('sp.json', study('sp')))).stdout);
    expect(schema.properties.x).toMatchObject({ type: 'number', minimum: -1, maximum: 1 });
    const typo = await desk.run('statsu', 'x');
    expect(typo).toMatchObject({ code: 2 });
    expect(typo.stderr).toContain('Did you mean status?');
  });

  it('serves samplers as JSON lines without a server', async () => {
    const file = await desk.file(
      'space.yaml',
      'space: { x: { float: [0, 1] } }\nobjective: { name: loss, goal: minimize }\n',
    );
    const talk = desk.start('sampler', '--space', file, '--sampler', 'tpe', '--seed', '5');
    for (const message of [
      { ask: 2 },
      { tell: { number: 0, value: 1 } },
      { tell: { number: 1, failed: true } },
      { tell: { number: 1, value: 1 } },
      { ask: 1 },
      { oops: 1 },
    ])
      talk.child.stdin!.write(`${JSON.stringify(message)}\n`);
    talk.child.stdin!.end();
    const [asked, told, failed, again, more, oops] = lines((await talk.done).stdout);
    expect(asked).toEqual({
      trials: [
        { number: 0, params: { x: expect.any(Number) } },
        { number: 1, params: { x: expect.any(Number) } },
      ],
    });
    expect([told, failed]).toEqual([{ ok: true }, { ok: true }]);
    expect(again).toEqual({ error: 'trial 1 was told before; a result is final' });
    expect(more).toEqual({ trials: [{ number: 2, params: { x: expect.any(Number) } }] });
    expect(oops['error']).toContain('expected {"ask": N}');
  });

  it('refuses commands on a shared worker, unless --allow-command', async () => {
    const other = await Desk.create();
    try {
      await other.file('train.py', await readFile(join(desk.folder, 'train.py'), 'utf8'));
      const server = lines((await other.run('server', 'start', '--json')).stdout)[0];
      const connection = await Connection.connect({ address: server['address'] as string });
      const client = new TuningClient({ client: new Client({ connection }), artifacts: artifactsOf(other.home) });
      // started by a program: no home's own worker knows of it
      const definition = (name: string): StudyDefinition =>
        defineStudy(study(name, { stop: { trials: 1, maxFailures: 1 } }), { directory: other.folder });
      const served = async (name: string, ...flags: string[]): Promise<StudyStatus> => {
        const worker = other.start('worker', '--study', name, '--json', ...flags);
        await client.start(definition(name));
        const status = await client.study(name).result();
        worker.child.kill('SIGTERM');
        expect(await worker.done).toMatchObject({ code: 0 });
        return status;
      };
      expect(await served('refused')).toMatchObject({ status: 'failed', counts: { complete: 0, failed: 1 } });
      const [refused] = lines((await other.run('trials', 'refused', '--json')).stdout);
      expect(refused['reason']).toContain("this worker does not run the command 'python3 train.py'");
      expect(refused['reason']).toContain('--allow-command');
      expect(await served('allowed', '--allow-command')).toMatchObject({ status: 'complete', counts: { complete: 1 } });
      await connection.close();
    } finally {
      await other.close();
    }
  });

  it('ends worker and server by themselves some time after the last study, and starts both again when needed', async () => {
    const other = await Desk.create();
    try {
      await other.file('train.py', await readFile(join(desk.folder, 'train.py'), 'utf8'));
      const idle = { DTUNE_IDLE_MS: '1000' };
      const file = await other.file('brief.json', study('brief'));
      expect(await other.startWith(idle, 'run', file).done).toMatchObject({ code: 0 });
      await until(async () => (await workerOf(other.home)) === undefined);
      await until(async () => (await serverStatus({ home: other.home })).pid === null);
      const next = await other.file('next.json', study('next'));
      expect(await other.startWith(idle, 'run', next).done).toMatchObject({ code: 0 });
    } finally {
      await other.close();
    }
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
