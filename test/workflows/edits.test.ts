/** Every kind of edit through its Update, on the real server: what it does, and that the histories replay. */
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as sleepHere } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure, CancelledFailure, Context, sleep } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStudyActivities } from '../../activities/index.ts';
import { StudyReader } from '../../client/study-reader.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { sendUpdate } from '../../client/updates.ts';
import { ACTIVITIES, FAILURES, UPDATES, type StudyStatus } from '../../study/contract.ts';
import type { Edit, LoggedEdit } from '../../study/ledger/edits.ts';
import type { LeaseView } from '../../study/ledger/leases.ts';
import type { Epoch } from '../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import type { Params, Space } from '../../study/space/space.ts';
import type { EnqueuedTrial, StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
let artifacts: string;
beforeAll(async () => {
  harness = await Harness.create();
  artifacts = await mkdtemp(join(tmpdir(), 'dtune-edits-'));
});
afterAll(async () => {
  await harness.close();
  await rm(artifacts, { recursive: true, force: true });
});

/** Trials of the test's own, beside the real samplers and artifacts. */
class Trials extends World {
  /** Trials that run until they are cancelled or let go. */
  readonly held = new Set<number>();

  hold(...numbers: number[]): void {
    for (const number of numbers) this.held.add(number);
  }

  override trial: World['trial'] = async ({ number, params }) => {
    await sleep((number * 37) % 40);
    const beat = setInterval(
      () => Context.current().heartbeat({ attempt: 1, steps: 0, checkpoint: `at ${number}` }),
      20,
    );
    try {
      while (this.held.has(number))
        await sleep(20).catch(() => {
          const left = { reason: 'cancelled', attempt: 1, checkpoint: `at ${number}`, reports: [] };
          throw new CancelledFailure('cancelled', [left]);
        });
    } finally {
      clearInterval(beat);
    }
    if (number % 7 === 5) {
      const reason = 'every seventh fails';
      const details = [{ reason, attempt: 1, reports: [] }];
      throw ApplicationFailure.create({ message: reason, type: FAILURES.trial, nonRetryable: true, details });
    }
    return { values: [Number(params['x']) + Number(params['z'] ?? 0)] };
  };

  override activities(): ReturnType<World['activities']> {
    const { [ACTIVITIES.runTrial]: runTrial, [ACTIVITIES.runTrials]: runTrials } = super.activities();
    return {
      ...createStudyActivities({ artifacts }),
      [ACTIVITIES.runTrial]: runTrial!,
      [ACTIVITIES.runTrials]: runTrials!,
    };
  }
}

interface Step {
  /** The trial it is for; one before that is held until it has been sent. */
  readonly at: number;
  readonly edit: Edit;
}

const space = (version: number, ...highs: (readonly [string, number])[]): Space => ({
  version,
  parameters: highs.map(([name, high]) => ({ name, domain: { kind: 'float', low: 0, high, scale: 'linear' } })),
  forbid: [],
});
const tpe = { name: 'tpe', options: {} };
const trial = (params: Params): EnqueuedTrial => ({ params, baseline: false });

const SCRIPT: readonly Step[] = [
  { at: 6, edit: { kind: 'enqueue', trials: [trial({ x: 0.5 }), trial({ x: 0.25, y: 1 })] } },
  { at: 8, edit: { kind: 'tell', params: { x: 0.125, y: 2 }, result: { value: 0.01 } } },
  {
    at: 10,
    edit: { kind: 'import', trials: [{ params: { x: 0.75, y: 1 }, state: 'complete', value: 0.8, from: 'elsewhere' }] },
  },
  { at: 12, edit: { kind: 'sampler', sampler: tpe } },
  { at: 14, edit: { kind: 'space', space: space(2, ['x', 0.5], ['y', 10], ['z', 1]), was: { z: 0.5 } } },
  { at: 16, edit: { kind: 'parallel', parallel: 4 } },
  { at: 18, edit: { kind: 'pause', now: false } },
  { at: 18, edit: { kind: 'resume' } },
  { at: 22, edit: { kind: 'space', space: space(3, ['x', 1], ['z', 2]), was: {} } },
  { at: 24, edit: { kind: 'parallel', parallel: 2 } },
  { at: 26, edit: { kind: 'budget', stop: { trials: 60, patience: 50 } } },
  { at: 30, edit: { kind: 'stop', now: false } },
];

const study = (name: string, changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({ name, parallel: 3, order: 'trial', stop: { trials: 40, maxFailures: 20 }, ...changes });

interface Ran {
  readonly runs: number;
  readonly rows: readonly Pick<LedgerRow, 'state' | 'origin'>[];
  readonly log: readonly Pick<LoggedEdit, 'at' | 'seq'>[];
  readonly epochs: readonly Epoch[];
  readonly status: string;
}

/** Sends an edit once, also where the run that was to take it in continued as new. @returns the study's status then */
type Send = (edit: Edit, at?: number) => Promise<StudyStatus>;
type Lend = <Answer>(update: string, request: object) => Promise<Answer>;

/** Runs a study while `during` edits it, and replays all its runs. Nothing but updates: queries of others are on their way already. */
async function run(
  definition: StudyDefinition,
  trials: Trials,
  options: Parameters<Harness['run']>[2],
  during: (send: Send, lend: Lend) => Promise<void>,
): Promise<Ran> {
  const study = new TuningClient({ client: harness.client, artifacts }).study(definition.name);
  let sent = 0;
  const reader = new StudyReader(harness.client, artifacts, definition.name);
  const send: Send = (edit, at) => {
    const requestId = String(sent++);
    return sendUpdate(reader, UPDATES.edit, requestId, { requestId, edit, ...(at !== undefined && { at }) });
  };
  const lend: Lend = (update, request) => sendUpdate(reader, update, String(sent++), request);
  const { events, status } = await harness.run(definition, trials, {
    ...options,
    during: () =>
      during(send, lend).catch(async (error: unknown) => {
        await send({ kind: 'stop', now: true });
        throw error;
      }),
  });
  const { edits, epochs } = await study.edits();
  const rows = (await study.ledgerRows()).map(
    ({ startedAt: _s, finishedAt: _f, attempts: _a, notes: _n, ...row }) => row,
  );
  const log = edits.map(({ time: _t, requestId: _r, ...entry }) => entry).sort((a, b) => a.seq! - b.seq!);
  return { rows, log, epochs, status: `${status.status}: ${status.reason}`, runs: events.length };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Continues as new every few trials; nothing is cached, so that every step replays. */
const often = { engine: { quietEvents: 60, hardEvents: 90 }, worker: { maxCachedWorkflows: 0 } };

describe('a study with order trial', () => {
  it('is the same with the same edits, sent at once or late, in one run or in many', async () => {
    const early = new Trials();
    early.hold(0, 16);
    const quick = await run(study('sent-at-once'), early, {}, async (send) => {
      // a second change of the space is refused while the first waits
      const second = SCRIPT.findIndex(({ at }) => at === 22);
      for (const { at, edit } of SCRIPT.slice(0, second)) await send(edit, at);
      early.held.delete(0);
      await until(() => early.trials.some(({ number }) => number === 16));
      for (const { at, edit } of SCRIPT.slice(second)) await send(edit, at);
      early.held.clear();
    });
    const late = new Trials();
    late.hold(...SCRIPT.map(({ at }) => at - 5));
    const slow = await run(study('sent-late'), late, often, async (send) => {
      for (const { at, edit } of SCRIPT) {
        await until(() => late.trials.some(({ number }) => number === at - 5));
        await send(edit, at);
        late.held.delete(at - 5);
      }
    });
    expect(slow.log).toEqual(quick.log);
    expect(slow.rows).toEqual(quick.rows);
    expect(slow.epochs).toEqual(quick.epochs);
    expect(quick.status).toBe('stopped: stopped on request');
    expect(quick.log.map(({ at, seq }) => [at, typeof seq])).toEqual(SCRIPT.map(({ at }) => [at, 'number']));
    expect(slow.runs).toBeGreaterThan(3);
  }, 120_000);

  it('leaves no trace of a pause now, of notes and tags, and continues as new while it is paused', async () => {
    const definition = (name: string): StudyDefinition => study(name, { stop: { trials: 16, maxFailures: 20 } });
    const quiet = await run(definition('undisturbed'), new Trials(), {}, async () => {});
    const trials = new Trials();
    trials.hold(3, 4, 5);
    const paused = await run(definition('paused-now'), trials, often, async (send) => {
      await until(() => trials.trials.some(({ number }) => number === 4));
      await send({ kind: 'note', text: 'here it begins' });
      let { running } = await send({ kind: 'pause', now: true });
      for (let i = 0; running > 0 || i < 40; i++) ({ running } = await send({ kind: 'tag', tags: { i: String(i) } }));
      trials.held.clear();
      await send({ kind: 'resume' });
    });
    expect(paused.rows).toEqual(quiet.rows);
    expect(paused.runs).toBeGreaterThan(2);
    const [again] = trials.trials.filter(({ number, attemptsBefore }) => number === 4 && attemptsBefore > 0);
    expect(again).toMatchObject({ checkpoint: 'at 4' });
  }, 120_000);
});

describe('a study with order completion', () => {
  const definition = (name: string): StudyDefinition =>
    study(name, { order: 'completion', parallel: 2, stop: { trials: 12, maxFailures: 20 } });

  it('takes every kind of edit at once, lends trials, and continues as new in between', async () => {
    const trials = new Trials();
    trials.hold(0, 1, 2, 3, 4, 5);
    const options = { ...often, engine: { quietEvents: 60 } };
    const ran = await run(definition('at-once'), trials, options, async (send, lend) => {
      await until(() => trials.trials.length === 2);
      await send({ kind: 'cancel', number: 0 });
      await send({ kind: 'fail', number: 1 });
      await until(() => trials.trials.length === 4);
      await send({ kind: 'retry', number: 0 });
      await send({ kind: 'enqueue', trials: [trial({ x: 0.5 })] });
      const ask = (requestId: string): Promise<LeaseView> => lend(UPDATES.ask, { requestId, leaseMs: 60_000 });
      const tell = (lease: string, outcome: object): Promise<StudyStatus> => lend(UPDATES.tell, { lease, outcome });
      const granted = async (lease: string): Promise<LeaseView> => {
        for (;;) {
          const view = await ask(lease);
          if (view.state !== 'waiting') return view;
          await sleepHere(100);
        }
      };
      const mine = await granted('mine');
      await tell('mine', { kind: 'renew' });
      await tell('mine', { kind: 'give back' });
      expect(await granted('again')).toMatchObject({ state: 'granted', number: (mine as { number: number }).number });
      // continues as new while it is lent
      await send({ kind: 'pause', now: false });
      trials.held.clear();
      for (let i = 0; i < 30; i++) await send({ kind: 'tag', tags: { i: String(i) } });
      await tell('again', { kind: 'result', result: 0.5 });
      for (const { edit } of SCRIPT.slice(0, 6)) await send(edit);
      await send({ kind: 'budget', stop: { trials: 14 } });
      await send({ kind: 'resume' });
    });
    expect(ran.status).toBe('complete: all 14 trials are done');
    expect(ran.runs).toBeGreaterThan(1);
    expect(ran.rows.slice(0, 2).map(({ state }) => state)).toEqual(['failed', 'failed']);
    const ours = ran.rows.filter(({ origin }) => origin !== 'told' && origin !== 'imported');
    expect(ours.filter(({ state }) => state === 'complete').length).toBe(14);
    expect(ran.log.filter(({ seq }) => seq === undefined)).toEqual([]);
  }, 120_000);

  it('ends at once on stop now, its lent trials with it', async () => {
    const trials = new Trials();
    trials.hold(0, 1, 2);
    const ran = await run(definition('stops-now'), trials, {}, async (send, lend) => {
      await until(() => trials.trials.length === 2);
      await lend(UPDATES.ask, { requestId: 'mine', leaseMs: 60_000 });
      let asked = 0;
      for (let i = 0; asked < 3; i++) ({ asked } = await send({ kind: 'tag', tags: { i: String(i) } }));
      await send({ kind: 'stop', now: true });
    });
    expect(ran.status).toBe('stopped: stopped on request');
    expect(ran.rows.map(({ state }) => state)).toEqual(['paused', 'paused', 'paused']);
  }, 120_000);
});
