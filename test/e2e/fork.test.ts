/** Forks, continuations, warm starts and audits as a user has them: by the command line, on a real server. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../artifacts/archive.ts';
import { artifactsOf, fileStore } from '../../artifacts/store.ts';
import { auditOf } from '../../cli/audit.ts';
import { allTrials } from '../../client/all-trials.ts';
import { recordedStudy } from '../../client/record.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { audit } from '../../samplers/audit.ts';
import { encodeRows } from '../../study/ledger/blocks.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { Desk, type Done } from './dtune.ts';

let desk: Desk;
let client: TuningClient;
let connection: Connection;
beforeAll(async () => {
  desk = await Desk.create();
  const { stdout } = await desk.run('server', 'start', '--json');
  connection = await Connection.connect({ address: (JSON.parse(stdout) as { address: string }).address });
  client = new TuningClient({ client: new Client({ connection }), artifacts: artifactsOf(desk.home) });
  await desk.file(
    'quick.js',
    `export async function quick({ params, saveCheckpoint, checkpoint }) {
       if (params.nap > 0) {
         saveCheckpoint('halfway');
         if (checkpoint === undefined) await new Promise((resolve) => setTimeout(resolve, params.nap * 1000));
       }
       return { value: (params.x - 0.3) ** 2 + Math.abs(params.y), attributes: { from: checkpoint ?? 'the start' } };
     }`,
  );
});
afterAll(async () => {
  await connection.close();
  await desk.close();
});

const study = (name: string, more: object = {}): object => ({
  name,
  space: { x: { float: [-1, 1] }, y: { float: [-1, 1] }, nap: { fixed: 0 } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { function: 'quick', module: './quick.js' },
  sampler: { tpe: { startup: 5 } },
  stop: { trials: 20, maxFailures: 20 },
  parallel: 3,
  order: 'trial',
  seed: 3,
  enqueue: [{ x: 0.5, baseline: true }],
  ...more,
});

async function dtune(code: number, ...args: string[]): Promise<Done> {
  const done = await desk.run(...args);
  expect(done, `dtune ${args.join(' ')}\n${done.stdout}\n${done.stderr}`).toMatchObject({ code });
  return done;
}

async function json(code: number, ...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await dtune(code, ...args, '--json');
  return JSON.parse(stdout) as Record<string, unknown>;
}

const trialsOf = (name: string): Promise<TrialRecord[]> => allTrials(client.study(name));

/** Audits a closed study: nothing differs, and nothing was left out. */
async function expectSound(...names: string[]): Promise<void> {
  for (const name of names) {
    const { difference, skipped, compared } = await auditOf(client.study(name));
    expect({ name, difference, skipped, compared }).toEqual({
      name,
      difference: undefined,
      skipped: {},
      compared: true,
    });
  }
}

describe('a study of 20 trials', () => {
  beforeAll(async () => {
    await dtune(0, 'run', await desk.file('base.json', study('base')));
  });

  it('is replayed without a difference', async () => {
    expect((await dtune(0, 'replay', 'base')).stdout).toBe(
      "no difference in study 'base': 20 suggestions made again, of 20 trials\n",
    );
  });

  it('is equal to its fork, and not to one with another sampler', async () => {
    await dtune(0, 'fork', 'base', '--at', '12');
    expect((await dtune(0, 'diff', 'base', 'base-fork-12')).stdout).toBe(
      'equal: the same definition, 20 trials, ended in the same order\n',
    );
    expect((await client.study('base-fork-12').status()).tags).toEqual({ 'forked-from': 'base@12' });
    await dtune(0, 'fork', 'base', '--at', '12', '--sampler', 'random', '--name', 'other');
    const { first, differing } = (await json(1, 'diff', 'base', 'other')) as {
      first: { trial: number };
      differing: { params: number };
    };
    // trials 12 and 13 were open already
    expect(first.trial).toBe(14);
    expect(differing.params).toBe(6);
    await expectSound('base-fork-12', 'other');
    expect((await dtune(2, 'fork', 'base', '--at', '12')).stderr).toBe(
      "there is a study 'base-fork-12' already: choose another name for the fork\n",
    );
  });

  it('is equal to one of 12 trials that is continued to 20', async () => {
    await dtune(0, 'run', await desk.file('short.json', study('short', { stop: { trials: 12, maxFailures: 20 } })));
    await dtune(0, 'continue', 'short', '--trials', '+8');
    await dtune(0, 'diff', 'base', 'short');
    await expectSound('short');
  });

  it.each([
    ['csv', 'base.csv'],
    ['bayes-opt', 'base.log.json'],
  ])('gives another one a warm start by way of %s', async (format, file) => {
    const path = join(desk.folder, file);
    await dtune(0, 'export', 'base', '--format', format, '-o', path);
    const name = `warm-${format}`;
    const next = await desk.file(`${name}.json`, study(name, { stop: { trials: 4 }, enqueue: [] }));
    expect((await dtune(0, 'run', next, '--warm-start', path)).stderr).toContain(': 20 of 20 trials fit the space');
    const points = (rows: readonly TrialRecord[]): string[] =>
      rows.slice(0, 20).map(({ params, values }) => JSON.stringify([params['x'], params['y'], values]));
    const warm = await trialsOf(name);
    // bayesian-optimization's log has them in the order they ended
    expect(points(warm).sort()).toEqual(points(await trialsOf('base')).sort());
    expect(await client.study(name).status()).toMatchObject({ asked: 24, told: 20, counts: { complete: 4 } });
    await expectSound(name);
  });

  it('gives another one a warm start by its name, which runs once', async () => {
    const warmStart = { study: 'base', keep: 6 };
    const path = await desk.file('named.json', study('named', { stop: { trials: 4 }, warmStart }));
    const first = await json(0, 'run', path);
    expect(await json(0, 'run', path)).toEqual(first);
    expect(await client.study('named').status()).toMatchObject({ told: 6, counts: { complete: 4 } });
    await expectSound('named');
    const space = { x: { float: [0, 1] }, y: { float: [-1, 1] }, nap: { fixed: 0 } };
    const { stderr } = await dtune(
      2,
      'run',
      await desk.file('odd.json', study('odd', { space })),
      '--warm-start',
      'base',
    );
    expect(stderr).toMatch(/study 'base': \d+ of 20 trials fit the space; \d+ do not: x is below 0 \(\d+ trials\)/);
    expect(stderr).toContain('map, assume or drop parameters, or leave such trials out with skip');
  });

  it('is found out when any bit of its table is changed', async () => {
    const root = artifactsOf(desk.home);
    const archive = (await readArchive(fileStore(root), 'other'))!;
    const rows = await client.study('other').ledgerRows();
    const tamper = async (number: number, changes: Partial<LedgerRow>): Promise<void> => {
      const changed = rows.map((row) => (row.number === number ? { ...row, ...changes } : row));
      const bytes = encodeRows(changed, { objectives: 1, constraints: 0 });
      const sha256 = await fileStore(root).put(bytes);
      await writeArchive(fileStore(root), {
        ...archive,
        blocks: [{ ...archive.blocks[0], sha256, bytes: bytes.length }],
      });
    };
    const { x, values } = rows[5];
    await tamper(5, { values: [values![0] * (1 + 2 ** -52)] });
    expect(await json(1, 'replay', 'other')).toMatchObject({ difference: { trial: 5, what: 'values' } });
    await tamper(5, { x: Float64Array.of(x[0], x[1] * (1 + 2 ** -52)) });
    expect((await auditOf(client.study('other'))).difference).toMatchObject({ trial: 5, what: 'parameters' });
    const { difference } = audit({ ...(await recordedStudy(client.study('other'))) });
    expect(difference).toMatchObject({ trial: 5, what: 'y', recorded: x[1] * (1 + 2 ** -52), expected: x[1] });
    await writeArchive(fileStore(root), archive);
  });
});

describe('an open study', () => {
  it('takes in the trials of a file once, and after a stop goes on from its checkpoints', async () => {
    const space = { x: { float: [-1, 1] }, y: { float: [-1, 1] }, nap: { fixed: 3600 } };
    const nap = study('nap', { space, order: 'completion' });
    await dtune(0, 'run', await desk.file('nap.json', nap), '--detach');
    const theirs = await desk.file('theirs.csv', 'width,y,loss\n0.5,0.5,0.5\n-0.5,0.5,2\n7,0,9\n');
    const flags = ['--map', 'width=x', '--skip'];
    expect((await dtune(2, 'import', 'nap', theirs, '--map', 'width=x')).stderr).toContain('line 4: x = 7 is above 1');
    expect(await json(0, 'import', 'nap', theirs, ...flags)).toMatchObject({ trials: 2, known: 0 });
    expect(await json(0, 'import', 'nap', theirs, ...flags)).toMatchObject({ trials: 2, known: 2 });
    expect((await auditOf(client.study('nap'))).difference).toBeUndefined();
    while ((await client.study('nap').status()).running < 3) await delay(50);
    await dtune(0, 'stop', 'nap', '--now');
    expect((await trialsOf('nap')).filter(({ state }) => state === 'paused').length).toBe(3);
    await expectSound('nap');
    await dtune(0, 'continue', 'nap', '--trials', '=3');
    const rows = await trialsOf('nap');
    expect(rows.map(({ origin, state }) => `${origin} ${state}`).sort()).toEqual([
      'enqueued complete',
      'imported complete',
      'imported complete',
      'sampler complete',
      'sampler complete',
    ]);
    expect(rows.filter(({ attributes }) => attributes?.['from'] === 'halfway').length).toBe(3);
    await expectSound('nap');
    const { edits } = await client.study('nap').edits();
    expect(edits.map(({ edit }) => edit.kind)).toEqual(['import', 'stop', 'note']);
  });
});

describe('a population', () => {
  it('is equal to its fork at a generation, and to one whose generations came later', async () => {
    const population = (name: string, generations: number): object => ({
      name,
      space: { h: { float: [0.001, 1], scale: 'log' } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { function: 'member', module: join(import.meta.dirname, 'trials/member.js') },
      scheduler: { pbt: { population: 4, generations, interval: 2 } },
      order: 'trial',
      parallel: 4,
      seed: 5,
    });
    await dtune(0, 'run', await desk.file('brief.json', population('brief', 2)));
    await dtune(0, 'continue', 'brief', '--generations', '+2');
    await dtune(0, 'run', await desk.file('whole.json', population('whole', 4)));
    await dtune(0, 'fork', 'whole', '--generation', '3');
    /** All that no timing may change, the checksum of the state that was kept among it. */
    const decided = async (name: string): Promise<object[]> =>
      (await trialsOf(name)).map(({ number, state, params, values, seed, parent, rung, attributes, asOf }) => {
        return { number, state, params, values, seed, parent, rung, attributes, asOf };
      });
    const whole = await decided('whole');
    expect(whole.length).toBe(16);
    expect(await decided('brief')).toEqual(whole);
    expect(await decided('whole-fork-12')).toEqual(whole);
    await expectSound('brief', 'whole-fork-12');
  });
});
