/** Studies whose trials run in segments, on a real server: however trials run, and wherever the study continues as new. */
import { CancelledFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UPDATES, type TrialRequest } from '../../study/contract.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { replicateSeed } from '../../study/trial/replicates.ts';
import type { StudyDefinition, TrialLimits } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const study = (
  name: string,
  limits: Partial<TrialLimits> = {},
  changes: Partial<StudyDefinition> = {},
): StudyDefinition =>
  definitionOf({
    name,
    trial: { ...definitionOf().trial, ...limits } as StudyDefinition['trial'],
    scheduler: { name: 'asha', options: { max: 9 } },
    order: 'trial',
    parallel: 4,
    stop: { trials: 24, maxFailures: 4 },
    ...changes,
  });

/** A trial gets better the longer it trains, and leaves where it stands. */
class Training extends World {
  override trial: World['trial'] = async ({ params, budget, checkpoint, number }) => {
    const from = Number(checkpoint ?? 0);
    // what a trial went on from shows in its value
    return { values: [Number(params['x']) + 1 / budget! + from / 1000], checkpoint: String(budget! + number / 100) };
  };
}

const table = (world: World): unknown[] =>
  world.archived!.rows.map(({ number, x, asOf, values, state, segments, closed, notes }) => {
    return { number, x: [...x], asOf, values, state, segments, closed, checkpoint: notes?.checkpoint };
  });

const isPromoted = ({ segments = [] }: LedgerRow): boolean => segments.length > 1;

describe('a study with asha and order trial', () => {
  it.each([
    ['one by one', {}],
    ['in batches', { batch: 3 }],
    ['in lanes', { lane: 4 }],
    ['as workflows of their own', { long: true as const }],
  ])('has the same table when its trials run %s, over many runs, with nothing cached', async (how, limits) => {
    const alone = new Training();
    const { status } = await harness.run(study(`quiet-${how.replaceAll(' ', '-')}`), alone);
    const world = new Training();
    const { events } = await harness.run(study(how.replaceAll(' ', '-'), limits), world, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
      worker: { maxCachedWorkflows: 0 },
    });
    expect(events.length).toBeGreaterThan(1);
    expect(table(world)).toEqual(table(alone));
    expect(alone.archived!.rows.filter(isPromoted).length).toBeGreaterThan(4);
    expect(status.counts.complete + status.counts.pruned).toBe(24);
    // a segment goes on from what the one before left
    const promoted = world.trials.filter(({ checkpoint }) => checkpoint !== undefined);
    for (const { number, checkpoint, budget } of promoted)
      expect(Number(checkpoint)).toBeCloseTo(budget! / 3 + number / 100, 9);
  });
});

describe('a study with hyperband', () => {
  it('ends by itself, with the table of its brackets', async () => {
    const world = new Training();
    const scheduler = { name: 'hyperband', options: { max: 9 } };
    const { status } = await harness.run(study('brackets', {}, { scheduler, stop: { maxFailures: 4 } }), world);
    const reached = new Map<string, number>();
    for (const { segments = [] } of world.archived!.rows)
      for (const { bracket, to } of segments)
        reached.set(`${bracket}/${to}`, (reached.get(`${bracket}/${to}`) ?? 0) + 1);
    // [Li 2018], as the table for R = 81
    expect([...reached.values()].sort((a, b) => a - b)).toEqual([1, 1, 3, 3, 5, 9].sort((a, b) => a - b));
    expect(status).toMatchObject({ status: 'complete', counts: { failed: 0 } });
  });
});

/** The value of a run follows from its seed; a checkpoint would show in it. */
class Noisy extends World {
  override trial: World['trial'] = async ({ params, seed, replicate, checkpoint, budget, number }) => {
    if (checkpoint !== undefined || budget !== undefined) throw new Error('a replicate begins from the beginning');
    return { values: [Number(params['x']) + (seed % 1000) / 2000], checkpoint: `${number}/${replicate}` };
  };
}

describe('a study with replicates', () => {
  const repeated = (name: string, limits: Partial<TrialLimits> = {}): StudyDefinition =>
    study(name, limits, {
      scheduler: { name: 'replicates', options: { top: 2 } },
      stop: { trials: 14, maxFailures: 4 },
    });

  it.each([
    ['in batches', { batch: 3 }],
    ['as workflows of their own', { long: true as const }],
  ])('runs each replicate with a seed of its own, %s, and has the same table over many runs', async (how, limits) => {
    const alone = new Noisy();
    const { status } = await harness.run(repeated(`quiet-replicates-${how.replaceAll(' ', '-')}`), alone);
    const world = new Noisy();
    const { events } = await harness.run(repeated(`replicates-${how.replaceAll(' ', '-')}`, limits), world, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
      worker: { maxCachedWorkflows: 0 },
    });
    expect(events.length).toBeGreaterThan(1);
    expect(table(world)).toEqual(table(alone));
    expect(status.counts).toMatchObject({ complete: 14, pruned: 0, failed: 0 });
    expect(status.noise!.degreesOfFreedom).toBe(alone.trials.length - 14);
    expect(status.best!.replicates).toBeGreaterThan(1);
    for (const { number, seed, replicate } of alone.trials) {
      // the harness suggests trials with their number as seed
      expect(seed).toBe(replicateSeed(number, replicate!));
      const row = alone.archived!.rows[number]!;
      expect(row.notes!.replicates![replicate!]).toBe(row.x[0]! + (seed % 1000) / 2000);
    }
  });
});

describe('a trial in a segment', () => {
  it('is paused with the study and goes on in the same segment', async () => {
    const world = new Training();
    const train = world.trial;
    let held = true;
    world.trial = async (request: TrialRequest, ...rest) => {
      if (request.number === 2 && held) {
        const context = Context.current();
        while (!context.cancellationSignal.aborted) {
          context.heartbeat();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        held = false;
        throw new CancelledFailure('ended', [{ reason: 'cancelled', attempt: 1, checkpoint: '0.5', reports: [] }]);
      }
      return train(request, ...rest);
    };
    await harness.run(study('held'), world, {
      async during(handle) {
        while (!world.trials.some(({ number }) => number === 2))
          await new Promise((resolve) => setTimeout(resolve, 20));
        for (const [requestId, edit] of [
          ['pause', { kind: 'pause', now: true }],
          ['resume', { kind: 'resume' }],
        ] as const) {
          await handle.executeUpdate(UPDATES.edit, { args: [{ requestId, edit }] });
          while (held) await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    });
    const [first, second] = world.trials.filter(({ number }) => number === 2);
    expect(second).toMatchObject({ budget: first!.budget, checkpoint: '0.5', attemptsBefore: 1 });
    expect(world.archived!.rows.length).toBe(24);
  });
});
