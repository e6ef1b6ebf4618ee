/**
 * The promise of the product under edits: a script of edits is sent to a study whose worker and server are killed between them and
 * during them, and the study's event log, table and epochs are, bit for bit, those of the study nobody touched.
 *
 * Each edit names the trial that sees it first. A gate keeps the study from getting there before the edit has arrived; when before
 * that it arrives is up to the kills.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EditOptions } from '../../client/study-editor.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import type { StudyEdits } from '../../study/contract.ts';
import { askedOf, startRig, until, type Rig, type Target } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  await mkdir(gates());
});
afterAll(() => rig.close());

const gates = (): string => join(rig.home, 'gates');

const SPACE = {
  x: { float: [-1, 1] },
  y: { float: [1e-3, 1e3], scale: 'log' },
  depth: { int: [1, 8] },
  kind: { choice: ['bowl', 'wave'] },
  frequency: { float: [0.1, 2], when: { kind: 'wave' } },
} as const;

const study = ({ name, parallel }: Plan): object => ({
  name,
  space: SPACE,
  objective: { name: 'loss', goal: 'minimize' },
  trial: { function: 'gated', module: './trials/gated.js', heartbeat: '1s' },
  sampler: 'tpe',
  stop: { trials: 56 },
  seed: 11,
  order: 'trial',
  parallel,
});

/** What befalls an edit of the disturbed study. */
type Fate =
  /** Sent long before it is due. */
  | 'early'
  /** Sent while nobody is there. */
  | `${Target} is dead`
  /** Whoever is to take it in is killed a moment after it was sent. */
  | `${Target} dies`
  /** Its client is gone before it heard, and another one sends it again. */
  | 'client dies';

interface Step {
  readonly at: number;
  readonly fate: Fate;
  /** Trials that must have been asked for before it can be sent. */
  readonly from?: number;
  readonly send: (study: StudyHandle, options: EditOptions) => Promise<unknown>;
}

const narrower = { ...SPACE, x: { float: [-0.5, 1.2] }, depth: { int: [2, 6] } } as const;
const { kind: _kind, frequency: _frequency, ...rest } = narrower;
const plainer = { ...rest, extra: { float: [0, 1] } } as const;

/** In the order they are sent in; `n` scales trial numbers. */
function script(n: (number: number) => number, ...wider: readonly Step[]): readonly Step[] {
  return [
    ...wider.slice(0, 1),
    { at: n(26), fate: 'early', send: (s, o) => s.add({ x: 0.3, y: 10, depth: 2, kind: 'bowl' }, 0.7, o) },
    { at: n(12), fate: 'worker dies', send: (s, o) => s.enqueue([{ x: 0.1 }, { x: 0.2, kind: 'bowl' }], o) },
    { at: n(18), fate: 'worker is dead', send: (s, o) => s.setSpace(narrower, o) },
    { at: n(22), fate: 'client dies', send: (s, o) => s.setBudget({ trials: n(48) }, o) },
    { at: n(32), fate: 'server dies', send: (s, o) => s.pause(o) },
    // it is paused by then
    { at: n(32), fate: 'server is dead', from: n(32), send: (s, o) => s.resume(o) },
    { at: n(40), fate: 'worker dies', from: n(28), send: (s, o) => s.retryTrial(n(21), o) },
    { at: n(43), fate: 'client dies', send: (s, o) => s.setSampler({ tpe: { candidates: 12 } }, o) },
    { at: n(46), fate: 'server dies', from: n(32), send: (s, o) => s.setSpace(plainer, { ...o, was: { extra: 0.4 } }) },
    { at: n(48), fate: 'server is dead', send: (s, o) => s.setBudget({ trials: n(54) }, o) },
    ...wider.slice(1),
  ];
}

const ONE_BY_ONE = script((number) => Math.floor(number / 2));
const FOUR = script(
  (number) => number,
  { at: 33, fate: 'early', send: (s, o) => s.setParallel(3, o) },
  { at: 50, fate: 'worker dies', send: (s, o) => s.setParallel(5, o) },
);

/** A study and what is sent to it. */
interface Plan {
  readonly name: string;
  readonly parallel: number;
  readonly steps: readonly Step[];
}

/** The trial that waits for an edit: no trial `at` is opened while it is open. */
const gateOf = ({ parallel }: Plan, { at }: Step): number => at - 2 * parallel;

interface Told {
  readonly rows: readonly object[];
  readonly log: readonly { readonly seq: number | undefined }[];
  readonly epochs: StudyEdits['epochs'];
  readonly complete: number;
}

/** What must be equal: not when, in how many attempts, and with which reports before a checkpoint. */
async function told(handle: StudyHandle): Promise<Told> {
  const { counts } = await handle.result();
  const { edits, epochs } = await handle.edits();
  const rows = (await handle.ledgerRows()).map(
    ({ startedAt: _s, finishedAt: _f, attempts: _a, reports: _r, notes, ...row }) => ({ ...row, from: notes?.from }),
  );
  const log = edits.map(({ requestId, at, seq, edit, refused }) => ({ requestId, at, seq, edit, refused }));
  await rig.replay(handle.name);
  return { rows, log: log.sort((a, b) => a.seq! - b.seq!), epochs, complete: counts.complete };
}

async function undisturbed(plan: Plan): Promise<Told> {
  const handle = await begin(plan);
  for (const [i, step] of plan.steps.entries()) {
    await until(async () => (await askedOf(handle)) >= (step.from ?? 0));
    await step.send(handle, { at: step.at, requestId: `step ${i}` });
    await openGate(plan, step);
  }
  return told(handle);
}

async function disturbed(plan: Plan): Promise<Told & { kills: number }> {
  const handle = await begin(plan);
  let kills = 0;
  const kill = async (target: Target): Promise<void> => {
    kills++;
    await rig.kill(target, 200);
  };
  for (const [i, step] of plan.steps.entries()) {
    const { fate, at } = step;
    const send = (to = handle): Promise<unknown> => step.send(to, { at, requestId: `step ${i}` });
    const from = fate === 'early' ? 0 : Math.max(step.from ?? 0, gateOf(plan, step));
    await until(async () => (await askedOf(handle)) >= from);
    if (fate === 'worker dies' || fate === 'server dies') {
      const sent = send();
      await delay(7 * i);
      await Promise.all([sent, kill(fate === 'worker dies' ? 'worker' : 'server')]);
    } else if (fate === 'worker is dead' || fate === 'server is dead') {
      const killed = kill(fate === 'worker is dead' ? 'worker' : 'server');
      await delay(50);
      await Promise.all([send(), killed]);
    } else if (fate === 'client dies') {
      const other = await rig.anotherClient();
      const unheard = send(other.client.study(plan.name)).catch(() => {});
      await delay(7 * i);
      await other.close();
      await send();
      await unheard;
    } else await send();
    await openGate(plan, step);
  }
  return { ...(await told(handle)), kills };
}

const pathOf = (plan: Plan, step: Step): string => join(gates(), `${plan.name}-${gateOf(plan, step)}`);

async function begin(plan: Plan): Promise<StudyHandle> {
  await Promise.all(plan.steps.map((step) => writeFile(pathOf(plan, step), '')));
  return rig.start(study(plan));
}

async function openGate(plan: Plan, step: Step): Promise<void> {
  await rm(pathOf(plan, step), { force: true });
}

/** `DTUNE_EDITS=all npx vitest run test/e2e/edits-crash.test.ts` has the sequential study, too. */
const PLANS = [
  ['four at a time', 4, FOUR],
  ['one at a time', 1, ONE_BY_ONE],
] as const;

describe.each(process.env['DTUNE_EDITS'] === 'all' ? PLANS : PLANS.slice(0, 1))(
  'a TPE study, %s with order trial,',
  (how, parallel, steps) => {
    it('equals the undisturbed one after edits with kills between and during them', async () => {
      const name = how.replaceAll(' ', '-');
      const quiet = await undisturbed({ name: `quiet-${name}`, parallel, steps });
      const killed = await disturbed({ name: `killed-${name}`, parallel, steps });
      expect(killed.kills).toBeGreaterThanOrEqual(7);
      expect(killed.log).toEqual(quiet.log);
      expect(killed.rows).toEqual(quiet.rows);
      expect(killed.epochs).toEqual(quiet.epochs);
      expect(quiet.complete).toBe(parallel === 1 ? 27 : 54);
      // each took effect, right before its trial
      expect(quiet.log.map(({ seq }) => typeof seq)).toEqual(steps.map(() => 'number'));
    }, 300_000);
  },
);
