import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunTrial } from '../../activities/run-trial.ts';
import { tidyCheckpoints } from '../../activities/tidy-checkpoints.ts';
import { workerFolder } from '../../activities/runners/process/reaper.ts';
import type { TrialContext, TrialFunction } from '../../activities/runners/trial-context.ts';
import { readManifest } from '../../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../../artifacts/checkpoint-name.ts';
import { objectsAt } from '../../artifacts/store.ts';
import type { TrialAnswer, TrialHeartbeat, TrialRequest } from '../../study/contract.ts';
import { describeOnEach } from '../artifacts/places.ts';
import { fileOf } from './runners/harness.ts';
import { trialRequest } from './trial-request.ts';

const LIMITS = { retries: 0, heartbeatMs: 60_000 };
const base = trialRequest({ seed: 1, objectives: ['steps'] });

interface Ran {
  readonly answer?: TrialAnswer;
  readonly failure?: { readonly type: string; readonly message: string; readonly checkpoint: string | undefined };
  readonly pointers: readonly (string | undefined)[];
  readonly logs: readonly string[];
}

interface Run {
  readonly artifacts?: string;
  readonly request?: Partial<TrialRequest>;
  readonly train?: TrialFunction;
  readonly client?: Client;
}

async function run({ artifacts, request = {}, train = () => 0, client }: Run): Promise<Ran> {
  const logs: string[] = [];
  const logger = new DefaultLogger('INFO', ({ message }) => void logs.push(message));
  const environment = new MockActivityEnvironment(
    { heartbeatTimeoutMs: 60_000 },
    { logger, ...(client && { client }) },
  );
  const pointers: (string | undefined)[] = [];
  environment.on('heartbeat', ({ checkpoint }: TrialHeartbeat) => {
    // the same one beats every second
    if (pointers.at(-1) !== checkpoint) pointers.push(checkpoint);
  });
  const options = { functions: { train }, allowCommand: () => true, ...(artifacts !== undefined && { artifacts }) };
  const ended = environment.run(createRunTrial(options), { ...base, ...request }) as Promise<TrialAnswer>;
  const result = await ended.then(
    (answer) => ({ answer }),
    ({ type, message, details }) => ({ failure: { type, message, checkpoint: details?.[0]?.checkpoint } }),
  );
  return { ...result, pointers, logs };
}

async function published(artifacts: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of objectsAt(artifacts).list('checkpoints'))
    if (name.endsWith('/manifest.json')) names.push(name.slice(0, -'/manifest.json'.length));
  return names.sort();
}

/** Counts steps to `budget`, keeps each of them, and fails there in its first attempt. */
const counting = async ({ checkpoint, budget, attempt, ...trial }: TrialContext): Promise<number> => {
  let step = checkpoint === undefined ? 0 : Number(readFileSync(join(checkpoint, 'deep/step'), 'utf8'));
  const directory = trial.checkpointDirectory();
  while (step < budget!) {
    step++;
    mkdirSync(join(directory, 'deep'), { recursive: true });
    writeFileSync(join(directory, 'deep/step'), String(step));
    trial.log(`kept ${await trial.saveCheckpoint({ directory })}`);
  }
  if (attempt === 1) throw new Error('as it should');
  return step;
};

const MODULE = `
  import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
  export async function train({ checkpoint, budget, attempt, checkpointDirectory, saveCheckpoint, log }) {
    let step = checkpoint === undefined ? 0 : Number(readFileSync(checkpoint + '/deep/step', 'utf8'));
    const directory = checkpointDirectory();
    while (step < budget) {
      step++;
      mkdirSync(directory + '/deep', { recursive: true });
      writeFileSync(directory + '/deep/step', String(step));
      log('kept ' + await saveCheckpoint({ directory }));
    }
    if (attempt === 1) throw new Error('as it should');
    return step;
  }`;

const SCRIPT = `
  const fs = require('node:fs');
  const { checkpoint, budget, attempt, checkpointDirectory: directory } = JSON.parse(fs.readFileSync(0, 'utf8'));
  if (directory !== process.env.DTUNE_CHECKPOINT_DIRECTORY) throw new Error(directory);
  (async () => {
    let step = checkpoint === null ? 0 : Number(fs.readFileSync(checkpoint + '/deep/step', 'utf8'));
    while (step < budget) {
      step++;
      fs.mkdirSync(directory + '/deep', { recursive: true });
      fs.writeFileSync(directory + '/deep/step', String(step));
      console.log('{"checkpoint": true}');
      while (fs.readdirSync(directory).length > 0) await new Promise((done) => setTimeout(done, 5));
    }
    if (attempt === 1) throw new Error('as it should');
    console.log(JSON.stringify({ value: step }));
  })();`;

const commandOf = (script: string): TrialRequest['trial'] => ({
  kind: 'command',
  command: [process.execPath, '-e', script],
  cwd: tmpdir(),
  ...LIMITS,
});

const FORMS: readonly (readonly [string, () => Partial<TrialRequest>])[] = [
  ['a function of the worker', () => ({})],
  [
    'a function of a module',
    () => ({ trial: { kind: 'function', function: 'train', module: fileOf('train.mjs', MODULE), ...LIMITS } }),
  ],
  ['a command', () => ({ trial: commandOf(SCRIPT) })],
];

describeOnEach(
  'checkpoints of directories',
  (placeOf) => {
    it.each(FORMS)('let %s go on where another attempt was', async (_, form) => {
      const artifacts = placeOf();
      const request = { ...form(), budget: 3 };
      const first = await run({ artifacts, request, train: counting as TrialFunction });
      expect(first.failure).toMatchObject({
        type: 'TrialFailedError',
        message: expect.stringContaining('as it should'),
      });
      const names = await published(artifacts);
      expect(names.map((name) => name.replace(/-[0-9a-f]{16}$/, ''))).toEqual(
        [1, 2, 3].map((sequence) => `checkpoints/digits/run-1/4/1/00000${sequence}`),
      );
      const uris = names.map((name) => `${objectsAt(artifacts).uri}/${name}`);
      expect(first.failure!.checkpoint).toBe(uris[2]);
      // what travels is the pointer, to what is there already
      expect(first.pointers.filter((pointer) => pointer !== undefined)).toEqual(uris);
      const manifest = await readManifest(objectsAt(artifacts), names[2]!);
      expect(manifest).toMatchObject({ previous: uris[1], files: [{ path: 'deep/step', bytes: 1 }] });

      const second = await run({
        artifacts,
        request: { ...request, budget: 5, attemptsBefore: 1, checkpoint: uris[2]! },
        train: counting as TrialFunction,
      });
      expect(second.answer).toMatchObject({ values: [5], attempt: 2 });
      const last = (await published(artifacts)).at(-1)!;
      expect(last).toMatch(/^checkpoints\/digits\/run-1\/4\/2\/000002-/);
      expect(second.answer!.checkpoint).toBe(`${objectsAt(artifacts).uri}/${last}`);
      expect(readdirSync(workerFolder()).filter((name) => name.startsWith('checkpoints-'))).toEqual([]);
    });
  },
  ['folder', 'moto'],
);

describe('a checkpoint in the store', () => {
  let artifacts: string;
  let places = 0;
  let root: string;
  beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'dtune-keep-'))));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** The URIs of the three that a failed first attempt has left. */
  async function three(): Promise<[string, string, string]> {
    artifacts = join(root, String(places++));
    await run({ artifacts, request: { budget: 3 }, train: counting as TrialFunction });
    return (await published(artifacts)).map((name) => `${objectsAt(artifacts).uri}/${name}`) as [
      string,
      string,
      string,
    ];
  }
  const again = (checkpoint: string): Promise<Ran> =>
    run({ artifacts, request: { budget: 3, attemptsBefore: 1, checkpoint }, train: counting as TrialFunction });
  const spoil = (uri: string, file: string): void => writeFileSync(fileURLToPath(`${uri}/${file}`), 'spoilt');
  const lose = (uri: string): void => rmSync(fileURLToPath(uri), { recursive: true });

  it('that is damaged is passed over for the one before, which the log of the trial tells', async () => {
    const [, second, third] = await three();
    spoil(third, 'files/deep/step');
    const { answer, logs, pointers } = await again(third);
    expect(answer!.values).toEqual([3]);
    expect(logs[0]).toMatch(`goes on from ${second}, since the checkpoint ${third} is damaged (`);
    expect(pointers).not.toContain(third);
    const kept = await readManifest(objectsAt(artifacts), readCheckpointUri(answer!.checkpoint!)!.name);
    expect(kept!.previous).toBe(second);
  });

  it('that is gone with its manifest is passed over for the newest before it that is whole', async () => {
    const [first, second, third] = await three();
    lose(third);
    spoil(second, 'manifest.json');
    const { answer, logs } = await again(third);
    expect(answer!.values).toEqual([3]);
    expect(logs[0]).toMatch(
      new RegExp(`^goes on from ${first}, since .*${third} is missing .*, and .*${second} is damaged`),
    );
  });

  it('fails the trial in words where none is left', async () => {
    const uris = await three();
    uris.forEach(lose);
    const { failure } = await again(uris[2]);
    expect(failure).toMatchObject({ type: 'TrialFailedError', checkpoint: uris[2] });
    expect(failure!.message).toMatch(
      /^cannot go on: the checkpoint .* is missing \(there is no .*manifest\.json\), and no earlier one is known; restore it/,
    );
  });

  it('of a member’s own that is lost with all of its trial gives way to its parent’s, and the answer says so', async () => {
    const [first, , third] = await three();
    const of = { budget: 3, attemptsBefore: 1, checkpoint: third.replace('/4/1/', '/5/1/') };
    const request = { ...of, number: 5, fallbacks: [third.replace('/4/1/', '/3/1/'), first] };
    const { answer, logs } = await run({ artifacts, request, train: counting as TrialFunction });
    expect(answer).toMatchObject({ values: [3], restored: first });
    expect(logs[0]).toMatch(`goes on from ${first}, since the checkpoint ${of.checkpoint} is missing (`);
    // nothing is said where nothing was lost
    expect((await again(third)).answer!.restored).toBeUndefined();
  });

  it('goes with those of its trial that are needed no more, or stays alone', async () => {
    const [, second, third] = await three();
    await tidyCheckpoints({ gone: [], ended: [second, 'a path of my own'] });
    expect((await published(artifacts)).map((name) => `${objectsAt(artifacts).uri}/${name}`)).toEqual([second]);
    await tidyCheckpoints({ gone: [third, 'a path of my own'], ended: [] });
    expect(await published(artifacts)).toEqual([]);
  });

  it('of another store is found by its URI, without a store of the own', async () => {
    const [, , third] = await three();
    const train: TrialFunction = ({ checkpoint, checkpointUri }) => {
      expect(checkpointUri).toBe(third);
      return Number(readFileSync(join(checkpoint!, 'deep/step'), 'utf8'));
    };
    const { answer } = await run({ request: { checkpoint: third }, train });
    expect(answer).toMatchObject({ values: [3], checkpoint: third });
  });

  it('goes on travelling by its URI if the trial gives the path of its copy', async () => {
    const [, , third] = await three();
    const train: TrialFunction = ({ checkpoint, saveCheckpoint }) => (saveCheckpoint(checkpoint!), 1);
    expect((await run({ artifacts, request: { checkpoint: third }, train })).answer!.checkpoint).toBe(third);
  });

  it('is waited for where the trial is over before it is kept', async () => {
    artifacts = join(root, String(places++));
    const directory = mkdtempSync(join(root, 'own-'));
    writeFileSync(join(directory, 'state'), 'x'.repeat(5_000_000));
    const train: TrialFunction = ({ saveCheckpoint }) => (void saveCheckpoint({ directory }), 1);
    const script = `console.log(JSON.stringify({ checkpoint: { directory: ${JSON.stringify(directory)} } })); console.log('1');
      console.log('{"value": 1}')`;
    for (const request of [{}, { trial: commandOf(script) }]) {
      const { answer } = await run({ artifacts, request, train });
      const { name } = readCheckpointUri(answer!.checkpoint!)!;
      expect(await readManifest(objectsAt(artifacts), name)).toMatchObject({ files: [{ bytes: 5_000_000 }] });
    }
    expect(existsSync(join(directory, 'state'))).toBe(true);
  });

  it('that cannot be kept since the store has failed costs the trial nothing else', async () => {
    artifacts = fileOf('not a folder', '');
    const given: unknown[] = [];
    const train: TrialFunction = async ({ checkpointDirectory, saveCheckpoint }) => {
      const directory = checkpointDirectory();
      writeFileSync(join(directory, 'a'), '');
      given.push(await saveCheckpoint({ directory }));
      return 1;
    };
    const { answer, logs } = await run({ artifacts, train });
    expect(given).toEqual([undefined]);
    expect(answer!.values).toEqual([1]);
    expect(answer!.checkpoint).toBeUndefined();
    expect(logs[0]).toMatch(/^a checkpoint could not be kept, the one before stands: cannot write .*ENOTDIR/);
  });

  it('that is none fails the trial in words, unless it catches that', async () => {
    artifacts = join(root, String(places++));
    const module = fileOf(
      'train.mjs',
      `export const train = async ({ saveCheckpoint, params }) => {
        const saved = saveCheckpoint({ directory: '/nowhere' });
        return params.catches ? saved.catch(() => 7) : saved;
      }`,
    );
    const forms: TrialRequest['trial'][] = [
      { kind: 'function', function: 'train', module, ...LIMITS },
      commandOf(`console.log('{"checkpoint": {"directory": "/nowhere"}}'); setTimeout(() => {}, 60_000)`),
    ];
    for (const trial of forms) {
      const { failure } = await run({ artifacts, request: { trial } });
      expect(failure!.type).toBe('TrialFailedError');
      expect(failure!.message).toMatch(/cannot keep \/nowhere\/? as a checkpoint: ENOENT/);
    }
    const { answer } = await run({ artifacts, request: { trial: forms[0]!, params: { catches: true } } });
    expect(answer!.values).toEqual([7]);
  });

  it('is refused in words by a worker without a store, where strings still pass', async () => {
    const ask = async (train: TrialFunction): Promise<unknown> => (await run({ train })).failure?.message;
    expect(await ask(({ checkpointDirectory }) => checkpointDirectory())).toMatch(
      /^there is no directory for a checkpoint/,
    );
    expect(await ask(({ saveCheckpoint }) => saveCheckpoint({ directory: '/' }))).toMatch(
      /has no artifact store to keep it in/,
    );
    const { failure } = await run({ request: { trial: commandOf(`console.log('{"checkpoint": true}')`) } });
    expect(failure!.message).toMatch(/^the checkpoint is true, but this worker has no artifact store/);
    const { answer } = await run({ train: ({ saveCheckpoint }) => (saveCheckpoint('mine/1'), 1) });
    expect(answer!.checkpoint).toBe('mine/1');
  });

  it('gives way to a later string, however long it takes to keep', async () => {
    artifacts = join(root, String(places++));
    const train: TrialFunction = async ({ checkpointDirectory, saveCheckpoint }) => {
      const directory = checkpointDirectory();
      writeFileSync(join(directory, 'a'), 'x'.repeat(1_000_000));
      const kept = saveCheckpoint({ directory });
      saveCheckpoint('newer');
      await kept;
      return 1;
    };
    expect((await run({ artifacts, train })).answer!.checkpoint).toBe('newer');
  });

  it('is removed once three newer ones are there and the server has acknowledged the newest, and not before', async () => {
    for (const [acknowledges, left] of [
      [true, [6, 7, 8]],
      [false, [1, 2, 3, 4, 5, 6, 7, 8]],
    ] as const) {
      artifacts = join(root, String(places++));
      const told: (string | undefined)[] = [];
      const heartbeat = async (_token: Uint8Array, { checkpoint }: TrialHeartbeat): Promise<void> => {
        // what is told is there, and so is all that might have been told before
        expect(await published(artifacts)).toContain(readCheckpointUri(checkpoint!)!.name);
        told.push(checkpoint);
        if (!acknowledges) throw new Error('no server');
      };
      const withAbortSignal = (_signal: AbortSignal, run: () => unknown): unknown => run();
      const client = { activity: { heartbeat }, withAbortSignal } as unknown as Client;
      await run({ artifacts, request: { budget: 8 }, train: counting as TrialFunction, client });
      expect((await published(artifacts)).map((name) => Number(/(\d+)-[0-9a-f]+$/.exec(name)![1]))).toEqual(left);
      expect(told.length).toBe(5);
    }
  });

  it('of a final test is apart from those of the trial that has the same number', async () => {
    const [, , third] = await three();
    const evaluation = {
      split: { kind: 'k-fold', folds: 3, repeats: 1 },
      test: { kind: 'own' },
      seed: 5,
      repeat: 2,
      candidate: 'challenger',
    } as const;
    const request = { budget: 1, attemptsBefore: 1, phase: 'test', evaluation } as const;
    const { answer } = await run({ artifacts, request, train: counting as TrialFunction });
    expect(readCheckpointUri(answer!.checkpoint!)!.of).toMatchObject({ trial: '4-test-challenger-2', attempt: 2 });
    expect(await published(artifacts)).toContain(readCheckpointUri(third)!.name);
  });
});
