/** Trials whose training and evaluation are steps of their own, on a real server: nothing that fails, or is paused, in one repeats the other. */
import { ApplicationFailure, CancelledFailure, Context, sleep } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURES, STUDY_QUEUE, trialQueue, UPDATES } from '../../../study/contract.ts';
import type { Edit } from '../../../study/ledger/edits.ts';
import type { OwnTrialSpec, StudyDefinition, TrialLimits } from '../../../study/study.ts';
import type { WireTrial } from '../../../study/trial/wire.ts';
import { definitionOf, evaluationOf } from '../../study/definitions.ts';
import { Harness, World } from '../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const RUN = { kind: 'function', function: 'trial', retries: 0, heartbeatMs: 10_000 } as const;

function study(
  name: string,
  limits: Partial<TrialLimits> = {},
  changes: Partial<StudyDefinition> = {},
): StudyDefinition {
  const evaluate: OwnTrialSpec = { ...RUN, function: 'measure', retries: limits.retries ?? 0 };
  return definitionOf({
    name,
    trial: { ...RUN, ...limits, evaluate },
    parallel: 3,
    stop: { trials: 6, maxFailures: 3 },
    ...changes,
  });
}

/** Trains to a state that names the trial, and measures what it is given. */
class Stages extends World {
  /** 'train 3' as often as it ran to its end. */
  readonly done: string[] = [];
  /** Before each step; throws what it is to end in. */
  before: (stage: string, number: number, attempt: number) => Promise<void> | void = () => {};

  override trial: World['trial'] = async ({ stage, number, params, checkpoint, attemptsBefore, trial, budget }) => {
    await this.before(stage!, number, attemptsBefore + 1);
    this.done.push(`${stage} ${number}`);
    expect(trial).toMatchObject({ function: stage === 'train' ? 'trial' : 'measure' });
    expect(trial).not.toHaveProperty('evaluate');
    if (stage === 'train')
      return {
        values: [],
        cost: 2,
        attributes: { trained: number },
        checkpoint: `state ${number} at ${budget ?? 'end'}`,
      };
    expect(checkpoint).toBe(`state ${number} at ${budget ?? 'end'}`);
    return { values: [Number(params['x'])], cost: 1, attributes: { measured: true }, checkpoint: checkpoint! };
  };
}

/** Each once. */
const ONCE = [0, 1, 2, 3, 4, 5].flatMap((number) => [`evaluate ${number}`, `train ${number}`]).sort();

const failure = (attempt: number): ApplicationFailure => {
  const details = [{ reason: 'no luck', attempt, reports: [] }];
  return ApplicationFailure.create({ message: 'no luck', type: FAILURES.trial, nonRetryable: true, details });
};

describe('a trial that is measured by a step of its own', () => {
  it.each([
    ['in batches', { batch: 3 }],
    ['in lanes', { lane: 3 }],
  ])('trains once, is measured once, and is worth what was measured, %s', async (how, limits) => {
    const world = new Stages();
    const { status } = await harness.run(study(`stages-${how.replaceAll(' ', '-')}`, limits), world);
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 6 } });
    expect(world.done.toSorted()).toEqual(ONCE);
    for (const { number, x, values, cost, notes } of world.archived!.rows) {
      expect(values).toEqual([x[0]]);
      expect(cost).toBe(3);
      expect(notes).toEqual({ attributes: { trained: number, measured: true }, checkpoint: `state ${number} at end` });
    }
  });

  it('does not train again where its evaluation fails, and fails after its retries with what it had', async () => {
    const world = new Stages();
    const failed: string[] = [];
    world.before = (stage, number, attempt) => {
      const fails = stage === 'evaluate' && (number === 1 || (number === 2 && attempt < 4));
      if (!fails) return;
      failed.push(`${number} in attempt ${attempt}`);
      throw failure(attempt);
    };
    const { status } = await harness.run(study('stages-failing', { retries: 2 }), world);
    expect(status.counts).toMatchObject({ complete: 6, failed: 1 });
    expect(world.done.filter((each) => each.startsWith('train')).toSorted()).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((number) => `train ${number}`),
    );
    expect(failed.toSorted()).toHaveLength(5);
    const [, one] = world.archived!.rows;
    expect(one).toMatchObject({ state: 'failed', notes: { reason: 'no luck', checkpoint: 'state 1 at end' } });
    expect(one!.notes).not.toHaveProperty('trained');
  });

  it.each([
    ['in batches', { batch: 3 }],
    ['as workflows of their own', { long: true as const }],
  ])('does not train again where it was paused while it was measured, %s', async (how, limits) => {
    const world = new Stages();
    let isHeld = true;
    let waiting = 0;
    world.before = async (stage) => {
      if (stage !== 'evaluate' || !isHeld) return;
      waiting++;
      while (isHeld) {
        // heartbeats carry the cancellation
        Context.current().heartbeat({ attempt: 1, steps: 0 });
        await sleep(20).catch(() => {
          throw new CancelledFailure('cancelled', [{ reason: 'cancelled', attempt: 1, reports: [] }]);
        });
      }
    };
    const { status } = await harness.run(study(`stages-paused-${how.replaceAll(' ', '-')}`, limits), world, {
      engine: { quietEvents: 20 },
      during: async (handle) => {
        let id = 0;
        const send = (edit: Edit): Promise<unknown> =>
          handle.executeUpdate(UPDATES.edit, { args: [{ requestId: `edit ${id++}`, edit }] });
        while (waiting < 3) await new Promise((resolve) => setTimeout(resolve, 20));
        await send({ kind: 'pause', now: true });
        for (;;) {
          const { running } = await handle.query<{ running: number }>('studyStatus');
          if (running === 0) break;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        isHeld = false;
        await send({ kind: 'resume' });
      },
    });
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 6 } });
    expect(world.done.toSorted()).toEqual(ONCE);
    for (const { cost, notes } of world.archived!.rows) {
      expect(cost).toBe(3);
      expect(notes).not.toHaveProperty('trained');
    }
  });

  it('is measured in the final test as well', async () => {
    const world = new Stages();
    const { status } = await harness.run(study('stages-tested', {}, { evaluate: evaluationOf() }), world);
    const [run] = status.evaluation!.challenger!.runs as readonly { values: readonly number[] }[];
    expect(run!.values).toEqual([Number(status.best!.params['x'])]);
    const tests = world.trials.filter(({ phase }) => phase === 'test');
    expect(tests.map(({ stage }) => stage)).toEqual(['train', 'evaluate']);
  });
});

describe('a population whose members are measured by a step of their own', () => {
  it('goes on from what training left, and trains each interval once', async () => {
    const world = new Stages();
    const definition = study(
      'stages-population',
      {},
      {
        scheduler: { name: 'pbt', options: { population: 4, generations: 3, interval: 2 } },
        stop: { maxFailures: 3 },
      },
    );
    const { status } = await harness.run(definition, world);
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 12, failed: 0 } });
    expect(new Set(world.done).size).toBe(24);
    expect(world.done).toHaveLength(24);
    const rows = world.archived!.rows;
    for (const { lineage, rung } of rows)
      if (lineage) expect(lineage.checkpoint).toBe(`state ${lineage.parent} at ${rung!.to - 2}`);
  });
});

/** Steps of somebody else's: an activity that trains, one that measures. */
class Foreign extends Stages {
  readonly queues = new Set<string>();
  readonly given: WireTrial[] = [];

  override activities(): ReturnType<World['activities']> {
    const step = (work: (trial: WireTrial) => unknown) => async (trial: WireTrial) => {
      await this.before(trial.stage!, trial.number, trial.attempt);
      this.given.push(trial);
      this.queues.add(`${trial.stage} on ${Context.current().info.taskQueue}`);
      this.done.push(`${trial.stage} ${trial.number}`);
      return work(trial);
    };
    const train = step(({ number, budget }) => ({ cost: 2, checkpoint: `state ${number} at ${budget ?? 'end'}` }));
    const measure = step(({ params, checkpoint, number, budget }) => {
      expect(checkpoint).toBe(`state ${number} at ${budget ?? 'end'}`);
      return { value: params['x'], cost: 1 };
    });
    return { ...super.activities(), train: train as never, measure: measure as never };
  }
}

const FOREIGN = { kind: 'activity', retries: 0, heartbeatMs: 10_000 } as const;
/** Other workers than those that the study's own trials wait for. */
const TRAIN: OwnTrialSpec = { ...FOREIGN, activity: 'train', queue: STUDY_QUEUE };

describe('training and evaluation of somebody else’s', () => {
  it.each(['long', 'short'])('are steps of their own, each with its queue, of %s trials', async (how) => {
    const world = new Foreign();
    let failures = 0;
    world.before = (stage, number, attempt) => {
      if (stage !== 'evaluate' || number !== 1 || attempt > 2) return;
      failures++;
      throw ApplicationFailure.nonRetryable('no luck', 'ValueError');
    };
    const name = `stages-foreign-${how}`;
    const evaluate: OwnTrialSpec = { ...FOREIGN, activity: 'measure', queue: trialQueue(name), retries: 1 };
    const trial = { ...TRAIN, evaluate, ...(how === 'long' && { long: true as const }) };
    const { status } = await harness.run(study(name, {}, { trial }), world);
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 6 } });
    expect(world.done.toSorted()).toEqual(ONCE);
    // the training was the first attempt
    expect(failures).toBe(1);
    expect([...world.queues].sort()).toEqual([`evaluate on ${trialQueue(name)}`, `train on ${STUDY_QUEUE}`]);
    for (const { number, x, values, cost, notes } of world.archived!.rows) {
      expect({ values, cost, notes }).toEqual({
        values: [x[0]],
        cost: 3,
        notes: { checkpoint: `state ${number} at end` },
      });
    }
  });

  it('may be an activity that trains and a function of ours that measures, on the study’s own queue', async () => {
    const world = new Foreign();
    const own = world.trial;
    world.trial = (request, ...rest) => {
      world.queues.add(`${request.stage} on ${Context.current().info.taskQueue}`);
      return own(request, ...rest);
    };
    const trial = { ...TRAIN, evaluate: { ...RUN, function: 'measure' } };
    const { status } = await harness.run(study('stages-mixed', {}, { trial }), world);
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 6 } });
    expect(world.done.toSorted()).toEqual(ONCE);
    expect([...world.queues].sort()).toEqual([`evaluate on ${trialQueue('stages-mixed')}`, `train on ${STUDY_QUEUE}`]);
  });

  it('fail a training that leaves no checkpoint, or gives a value', async () => {
    class Careless extends Foreign {
      override activities(): ReturnType<World['activities']> {
        const train = async ({ number }: WireTrial) => (number === 0 ? null : 0.5);
        return { ...super.activities(), train: train as never };
      }
    }
    const world = new Careless();
    const trial = { ...TRAIN, evaluate: { ...FOREIGN, activity: 'measure', queue: STUDY_QUEUE } };
    await harness.run(study('stages-careless', {}, { trial, parallel: 1, stop: { maxFailures: 2 } }), world);
    expect(world.archived!.rows.map(({ notes }) => notes!.reason)).toEqual([
      'the training left no checkpoint: expected one, saved at its end, since trial.evaluate measures that',
      expect.stringContaining('the training gave value (0.5): expected at most'),
    ]);
  });
});
