/** What a study does once tuning is over, on the real server: tests, judge, approval, promotion; every history is replayed. */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURES, QUERIES, UPDATES, type StudyStatus } from '../../study/contract.ts';
import type { PromotionFacts } from '../../study/evaluation/contract.ts';
import type { PromotionSpec } from '../../study/evaluation/spec.ts';
import type { Edit, EditRequest } from '../../study/ledger/edits.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf, evaluationOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const EVALUATE = evaluationOf();
const PROMOTE: PromotionSpec = {
  action: { kind: 'webhook', url: 'http://localhost/' },
  timeoutMs: 10_000,
  retries: 2,
};
const BASELINE = { params: { x: 0.9, y: 1 }, baseline: true };

function studyOf(name: string, changes: Partial<StudyDefinition> = {}): StudyDefinition {
  const stop = { trials: 4, maxFailures: 3 };
  return definitionOf({ name, stop, enqueue: [BASELINE], evaluate: EVALUATE, ...changes });
}

const statusOf = (handle: WorkflowHandle): Promise<StudyStatus> => handle.query<StudyStatus>(QUERIES.status);
/** @throws Error in the words of the study where it refuses */
async function send(handle: WorkflowHandle, edit: Edit, id: string = edit.kind): Promise<void> {
  const request: EditRequest = { requestId: id, who: 'ann', why: 'it is fine', edit };
  await handle.executeUpdate(UPDATES.edit, { updateId: id, args: [request] }).catch((error: unknown) => {
    throw error instanceof WorkflowUpdateFailedError ? error.cause! : error;
  });
}

async function reach(handle: WorkflowHandle, holds: (status: StudyStatus) => boolean): Promise<StudyStatus> {
  for (;;) {
    const status = await statusOf(handle).catch(() => undefined);
    if (status && holds(status)) return status;
    await delay(20);
  }
}
const promotionOf = ({ evaluation }: StudyStatus): string | undefined => evaluation?.promotion?.state;

describe('the final test', () => {
  it('runs baseline and best in phase test, each repeat with one seed for both', async () => {
    const world = new World();
    const definition = studyOf('tested', { evaluate: { ...EVALUATE, repeats: 3 }, parallel: 2 });
    const { status } = await harness.run(definition, world);
    const tests = world.trials.filter(({ phase }) => phase === 'test');
    expect(tests.length).toBe(6);
    const { champion, challenger, phase, tests: counts } = status.evaluation!;
    expect({ phase, counts }).toEqual({ phase: 'over', counts: { ended: 6, of: 6 } });
    expect(champion).toMatchObject({ number: 0, params: BASELINE.params, values: { loss: 0.9 } });
    expect(challenger).toMatchObject(status.best!);
    const seeds = champion!.runs.map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(3);
    expect(challenger!.runs.map(({ seed }) => seed)).toEqual(seeds);
    for (const request of tests) {
      const { candidate, repeat } = request.evaluation!;
      expect(request.seed).toBe(seeds[repeat]);
      expect(request.params).toEqual(status.evaluation![candidate!]!.params);
      expect(request.evaluation).toMatchObject({ test: EVALUATE.test, seed: EVALUATE.seed });
    }
    expect(challenger!.runs).toEqual(seeds.map((seed) => ({ seed, values: [status.best!.values['loss']] })));
    expect(status).toMatchObject({
      status: 'complete',
      evaluation: { judgement: { verdict: { decision: 'promote' } } },
    });
    expect(world.judged).toMatchObject([{ best: status.best, rows: { length: 4 } }]);
    expect(world.archived!.status.evaluation).toEqual(status.evaluation);
  });

  it('is of the champion alone where the best is no other', async () => {
    const world = new World();
    const { status } = await harness.run(
      studyOf('unbeaten', { enqueue: [{ ...BASELINE, params: { x: 0, y: 1 } }] }),
      world,
    );
    expect(status.evaluation!.challenger).toBeUndefined();
    expect(status.evaluation!.champion).toMatchObject({ number: 0, values: { loss: 0 }, runs: [{ values: [0] }] });
  });

  it('is against the champion that the definition names', async () => {
    const champion = { x: 0.5, y: 2 };
    const { status } = await harness.run(
      studyOf('against', { evaluate: { ...EVALUATE, champion, look: 4 } }),
      new World(),
    );
    expect(status.evaluation).toMatchObject({ look: 4, champion: { params: champion, runs: [{ values: [0.5] }] } });
    expect(status.evaluation!.champion!.number).toBeUndefined();
  });

  it('records a run that failed, with its reason', async () => {
    const world = new World();
    world.trial = async ({ phase, params, evaluation }) => {
      if (phase === 'test' && evaluation!.candidate === 'champion') {
        const details = [{ reason: 'out of data', attempt: 1, reports: [] }];
        throw ApplicationFailure.create({ message: 'out', type: FAILURES.trial, nonRetryable: true, details });
      }
      return { values: [Number(params['x'])] };
    };
    const { status } = await harness.run(studyOf('untested'), world);
    expect(status.evaluation!.champion!.runs).toMatchObject([{ failed: 'out of data' }]);
    expect(status.status).toBe('complete');
  });

  it.each([
    ['failed', { stop: { trials: 4, maxFailures: 1 } }],
    ['without evaluate', { evaluate: undefined }],
  ] as const)('is not made of a study that is %s', async (name, changes) => {
    const world = new World();
    world.trial = async ({ number, params }) => {
      if (number === 3 && name === 'failed') throw ApplicationFailure.nonRetryable('no', FAILURES.trial);
      return { values: [Number(params['x'])] };
    };
    const { status } = await harness.run(studyOf(`no-${name.length}`, changes as Partial<StudyDefinition>), world);
    expect(status.evaluation).toBeUndefined();
    expect(world.trials.filter(({ phase }) => phase === 'test')).toEqual([]);
  });

  it('is made after a gentle stop, and cancelled by one at once', async () => {
    const world = new World();
    world.trial = async ({ phase, params }) => {
      if (phase === 'test') {
        const beat = setInterval(() => Context.current().heartbeat(), 20);
        await sleep(60_000).finally(() => clearInterval(beat));
      }
      return { values: [Number(params['x'])] };
    };
    const { status } = await harness.run(studyOf('cut', { stop: { trials: 500, maxFailures: 1 } }), world, {
      async during(handle) {
        await reach(handle, ({ counts }) => counts.complete >= 4);
        await send(handle, { kind: 'stop', now: false }, 'gentle');
        expect(await reach(handle, (now) => now.status === 'evaluating')).toMatchObject({
          evaluation: { phase: 'testing' },
        });
        await send(handle, { kind: 'note', text: 'a note is taken then, too' });
        await expect(send(handle, { kind: 'pause', now: true })).rejects.toThrow('the study is ending');
        await send(handle, { kind: 'stop', now: true }, 'abrupt');
      },
    });
    expect(status).toMatchObject({ status: 'stopped', evaluation: { phase: 'over', reason: 'it is fine' } });
    expect(world.judged).toEqual([]);
  });
});

describe('a promotion', () => {
  it('is carried out once, and what it said is kept', async () => {
    const world = new World();
    const { status } = await harness.run(studyOf('promoted', { promote: PROMOTE }), world);
    expect(world.promotions).toMatchObject([
      {
        action: PROMOTE.action,
        attempt: 1,
        facts: {
          study: 'promoted',
          number: status.best!.number,
          params: status.best!.params,
          verdict: { decision: 'promote' },
        },
      },
    ]);
    const { key } = status.evaluation!.promotion!;
    expect(key).toMatch(/^dtune\/promoted\/[0-9a-f-]{36}\/promotion$/);
    expect(world.promotions[0]!.facts.idempotencyKey).toBe(key);
    expect(status.evaluation).toMatchObject({ phase: 'over', promotion: { state: 'done', output: 'promoted' } });
  });

  it('does not happen where the verdict is another', async () => {
    const world = new World();
    world.judge = async () => ({
      verdict: {
        decision: 'inconclusive',
        reason: 'too few rows',
        metric: 'loss',
        goal: 'minimize',
        method: 'single values',
        minimumEffect: 0,
        look: 1,
        alpha: 0.025,
        alphaSpent: 0.025,
        alphaTotal: 0.05,
      },
      warnings: [],
      unchecked: [],
      scores: {},
    });
    const { status } = await harness.run(studyOf('kept', { promote: PROMOTE }), world);
    expect(status.evaluation!.promotion).toBeUndefined();
    expect(world.promotions).toEqual([]);
  });

  it('is tried again where it failed by itself, under the same key, and fails without failing the study', async () => {
    const world = new World();
    world.promote = async ({ attempt }) => {
      throw ApplicationFailure.nonRetryable(`no disk (${attempt})`, FAILURES.promotion);
    };
    const { status } = await harness.run(studyOf('refused', { promote: PROMOTE }), world);
    expect(world.promotions.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(world.promotions.map(({ facts }) => facts.idempotencyKey)).size).toBe(1);
    expect(status).toMatchObject({
      status: 'complete',
      evaluation: { promotion: { state: 'failed', output: 'no disk (3)' } },
    });
  });

  it('is an activity of the user, on a queue of the user', async () => {
    const told: PromotionFacts[] = [];
    const worker = await Worker.create({
      connection: harness.connection,
      taskQueue: 'ops',
      activities: {
        async deploy(facts: PromotionFacts) {
          told.push(facts);
          if (told.length === 1) throw new Error('not yet');
          return { version: 3 };
        },
      },
    });
    const action = { kind: 'activity', activity: 'deploy', queue: 'ops' } as const;
    const { status } = await worker.runUntil(
      harness.run(studyOf('theirs', { promote: { ...PROMOTE, action } }), new World()),
    );
    expect(told.map(({ number }) => number)).toEqual([status.best!.number, status.best!.number]);
    expect(status.evaluation!.promotion).toMatchObject({ state: 'done', output: '{"version":3}' });
  });

  it('waits for somebody to approve, however often others ask', async () => {
    const world = new World();
    const promote = { ...PROMOTE, approvalMs: 600_000 };
    const { status } = await harness.run(studyOf('approved', { promote }), world, {
      async during(handle) {
        const waiting = await reach(handle, (now) => promotionOf(now) === 'waiting for approval');
        expect(Date.parse(waiting.evaluation!.promotion!.until!)).toBeGreaterThan(Date.now() + 500_000);
        expect(world.promotions).toEqual([]);
        await send(handle, { kind: 'approve' });
        await send(handle, { kind: 'approve' }).catch(() => {});
        await send(handle, { kind: 'reject' }).catch((error) =>
          expect(String(error)).toMatch(/does not wait for approval|not found|completed/),
        );
      },
    });
    expect(world.promotions.length).toBe(1);
    expect(world.promotions[0]!.facts.approvedBy).toBe('ann');
    expect(status.evaluation!.promotion).toMatchObject({ state: 'done', by: 'ann', why: 'it is fine' });
    expect(world.archived!.edits.map(({ edit }) => edit.kind)).toEqual(['approve']);
  });

  it('is not carried out where somebody rejects it, and nobody can approve it any more', async () => {
    const world = new World();
    const { status } = await harness.run(studyOf('rejected', { promote: { ...PROMOTE, approvalMs: 600_000 } }), world, {
      async during(handle) {
        await reach(handle, (now) => promotionOf(now) === 'waiting for approval');
        await send(handle, { kind: 'reject' });
      },
    });
    expect(status.evaluation!.promotion).toMatchObject({ state: 'rejected', by: 'ann' });
    expect(world.promotions).toEqual([]);
  });

  it('expires where nobody approves in time', async () => {
    const world = new World();
    const { status } = await harness.run(studyOf('expired', { promote: { ...PROMOTE, approvalMs: 500 } }), world);
    expect(status.evaluation).toMatchObject({ phase: 'over', promotion: { state: 'expired' } });
    expect(world.promotions).toEqual([]);
  });

  it('takes a word only while it waits for one', async () => {
    const world = new World();
    await harness.run(studyOf('early', { promote: PROMOTE }), world, {
      async during(handle) {
        await expect(send(handle, { kind: 'approve' })).rejects.toThrow('approve: no promotion waits for approval');
      },
    });
  });
});
