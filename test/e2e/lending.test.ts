/**
 * Trials lent to fifty clients at once. Some die with a trial in their hands, some tell late, twice or nothing, some give back; the
 * worker is killed in the middle. Every lease ends in one way, every trial has one outcome, and the budget is exact.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactsOf } from '../../artifacts/store.ts';
import { persistently } from '../../client/history.ts';
import type { LeasedTrial } from '../../client/lending.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { QUERIES, workflowId } from '../../study/contract.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { LeaseView, TellRequest } from '../../study/ledger/leases.ts';
import { startRig, trialsOf, until, type Rig } from './rig.ts';

let rig: Rig;
let raw: Connection;
beforeAll(async () => {
  rig = await startRig();
  raw = await Connection.connect({ address: rig.address });
});
afterAll(async () => {
  await raw.close();
  await rig.close();
});

const LEASE_MS = 2000;

const study = (name: string, more: object): object => ({
  name,
  space: { x: { float: [-1, 1] }, kind: { choice: ['bowl', 'wave'] } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: 'external',
  sampler: 'tpe',
  seed: 5,
  ...more,
});

/** What a trial with these parameters gives, whoever runs it. */
const lossOf = (params: LeasedTrial['params']): number =>
  (Number(params['x']) - 0.3) ** 2 + (params['kind'] === 'wave' ? 0.5 : 0);

type Given = Pick<LeasedTrial, 'lease' | 'number' | 'params' | 'seed'>;

/** All that clients saw. */
class Clients {
  readonly asked: string[] = [];
  readonly given: Given[] = [];
  /** Leases whose outcome was accepted. */
  readonly told: string[] = [];
  readonly refused: string[] = [];
  private readonly study: StudyHandle;
  private readonly budget: number;

  constructor(study: StudyHandle, budget: number) {
    this.study = study;
    this.budget = budget;
  }

  /** One client, until there is nothing left but what the keeper has. */
  async work(client: number): Promise<void> {
    const rng = createRng(client, 0);
    for (let turn = 0; ; turn++) {
      const trial = await this.ask(`client ${client}, turn ${turn}`);
      if (trial) await this.use(trial, rng.uniform(1, turn), 150 * rng.uniform(2, turn));
      else if ((await this.complete()) >= this.budget - 1) return;
    }
  }

  /** How many trials have a result. */
  async complete(): Promise<number> {
    return (await persistently(() => this.study.status())).counts.complete;
  }

  /** A process of its own that is killed as soon as it has a trial. */
  async dieWith(name: string, client: number): Promise<void> {
    const requestId = `process ${client}`;
    this.asked.push(requestId);
    const script = fileURLToPath(new URL('trials/borrower.js', import.meta.url));
    const child = spawn(process.execPath, [script, rig.address, artifactsOf(rig.home), name, requestId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`client ${client} ended with ${code} before it had an answer: see what it wrote above`);
    });
    const answer = once(createInterface(child.stdout), 'line') as Promise<[string]>;
    const [line] = await Promise.race([answer, ended]);
    ended.catch(() => {}); // it is killed now, and is to end
    child.kill('SIGKILL');
    const trial = JSON.parse(line) as Given | null;
    if (trial) this.given.push(trial);
  }

  private async ask(requestId: string): Promise<Given | undefined> {
    this.asked.push(requestId);
    const trial = await this.study.ask({ requestId, leaseMs: LEASE_MS, waitMs: 4000 });
    if (trial) this.given.push(trial);
    return trial;
  }

  private async use({ lease, params }: Given, fate: number, workMs: number): Promise<void> {
    const result = { kind: 'result', result: lossOf(params) } as const;
    await delay(workMs);
    if (fate < 0.1) return; // it dies
    if (fate < 0.15) return this.tell(lease, { kind: 'give back' });
    if (fate < 0.2) return this.tell(lease, { kind: 'failed', reason: 'out of memory' });
    if (fate < 0.25) {
      await delay(LEASE_MS / 2);
      await this.tell(lease, { kind: 'renew' });
      await delay((LEASE_MS * 3) / 4);
    } else if (fate < 0.32) await delay(LEASE_MS * 1.2);
    await this.tell(lease, result);
    if (fate > 0.9) await this.tell(lease, { kind: 'result', result: lossOf(params) + 100 });
  }

  private async tell(lease: string, outcome: TellRequest['outcome']): Promise<void> {
    try {
      await this.study.tell(lease, outcome);
      if (outcome.kind === 'result' || outcome.kind === 'failed') this.told.push(lease);
    } catch (error) {
      if (!(error instanceof StudyDefinitionError)) throw error;
      this.refused.push(lease);
    }
  }
}

/** How each lease ended, asked of the study itself. */
async function endings(name: string, leases: readonly string[]): Promise<Map<string, LeaseView>> {
  const handle = new Client({ connection: raw }).workflow.getHandle(workflowId(name));
  const views = new Map<string, LeaseView>();
  for (const lease of leases) views.set(lease, await handle.query<LeaseView, [string]>(QUERIES.lease, lease));
  return views;
}

/** Runs a study of which one trial is kept until all else is done, so that it still answers then. */
async function lend(
  handle: StudyHandle,
  budget: number,
  during: (clients: Clients) => Promise<void>,
): Promise<{ clients: Clients; ended: Map<string, LeaseView> }> {
  const clients = new Clients(handle, budget);
  const kept = (await handle.ask({ requestId: 'keeper' }))!;
  await during(clients);
  const ended = await endings(handle.name, clients.asked);
  expect(await handle.status()).toMatchObject({ counts: { complete: budget - 1 }, running: 1, waiting: 0 });
  await handle.tell(kept.lease, { kind: 'result', result: lossOf(kept.params) });
  await checkOutcomes(handle, clients, ended, budget);
  return { clients, ended };
}

async function checkOutcomes(
  handle: StudyHandle,
  clients: Clients,
  ended: Map<string, LeaseView>,
  budget: number,
): Promise<void> {
  expect(await handle.result()).toMatchObject({ status: 'complete', counts: { complete: budget }, running: 0 });
  const trials = await trialsOf(handle);
  // one row a number, one outcome a row, and the loss of its parameters: nobody's second word counted
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
  expect(trials.filter(({ state }) => state === 'complete').length).toBe(budget);
  for (const { state, params, values } of trials)
    expect([state, values]).toEqual(state === 'complete' ? [state, { loss: lossOf(params) }] : ['failed', null]);
  // whoever had a trial had it with the same parameters
  for (const { number, params, seed } of clients.given)
    expect({ params, seed }).toEqual({ params: trials[number].params, seed: trials[number].seed });
  const ways = new Set([...ended.values()].map((view) => (view.state === 'ended' ? view.how : view.state)));
  for (const way of ways) expect(['told', 'given back', 'ran out', 'study ended']).toContain(way);
  // a trial is told by one lease at the most, and that one heard so
  const tellers = [...ended].filter(([, view]) => view.state === 'ended' && view.how === 'told');
  const numbers = tellers.map(([, view]) => (view as { number: number }).number);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const lease of clients.told) expect(ended.get(lease)).toMatchObject({ how: 'told' });
}

const toldBy = (ended: Map<string, LeaseView>): number =>
  [...ended.values()].filter((view) => view.state === 'ended' && view.how === 'told').length;

/** `DTUNE_CLIENTS=50 npx vitest run test/e2e/lending.test.ts` is the longer campaign. */
const CLIENTS = Number(process.env['DTUNE_CLIENTS'] ?? 20);
const LENT = 3 * CLIENTS;

describe(`a study that lends its trials to ${CLIENTS} clients, a fifth of which are killed`, () => {
  it('gives each trial one outcome and ends with its budget, over a killed worker and runs', async () => {
    const handle = await rig.start(study('lent', { stop: { trials: LENT, maxFailures: LENT } }), {
      quietEvents: 6 * LENT,
    });
    const { runId } = (await handle.run())!;
    const { clients, ended } = await lend(handle, LENT, async (all) => {
      const working = Array.from({ length: 0.8 * CLIENTS }, (_, client) => all.work(client));
      const dying = Array.from({ length: 0.2 * CLIENTS }, (_, client) => all.dieWith('lent', client));
      await until(async () => (await all.complete()) > 0.4 * LENT);
      await rig.kill('worker', 300);
      await Promise.all([...working, ...dying]);
    });
    const killed = [...ended].filter(([lease]) => lease.startsWith('process'));
    expect(killed.map(([, view]) => (view as { how?: string }).how)).toEqual(killed.map(() => 'ran out'));
    // all trials but the keeper's were told, those of the dead by others
    expect(toldBy(ended)).toBe((await handle.status()).asked - 1);
    expect(clients.refused.length).toBeGreaterThan(0);
    expect((await handle.run())!.runId).not.toBe(runId);
  }, 480_000);
});

describe('a study whose own workers and outside clients share its trials', () => {
  it('gives each trial one outcome and ends with its budget, over a killed server', async () => {
    const own = { trial: { function: 'shared', module: './trials/shared.js', heartbeat: '1s' }, parallel: 3 };
    const handle = await rig.start(study('shared', { ...own, stop: { trials: 80, maxFailures: 80 } }));
    const { ended } = await lend(handle, 80, async (all) => {
      const working = Array.from({ length: 12 }, (_, client) => all.work(100 + client));
      await until(async () => (await all.complete()) > 30);
      await rig.kill('server', 300);
      await Promise.all(working);
    });
    // both had their share
    expect(toldBy(ended)).toBeGreaterThan(5);
    expect((await handle.status()).asked - toldBy(ended)).toBeGreaterThan(5);
  }, 480_000);
});
