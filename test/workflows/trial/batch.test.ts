import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import { ACTIVITIES, trialQueue, workflowId } from '../../../study/contract.ts';
import type { BatchHeartbeat } from '../../../study/trial/trial-forms.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { activitiesOf, Rig, studyOf, until } from '../trials-rig.ts';
import type { Outcome } from '../../../study/ledger/ledger.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
});
afterAll(() => rig.close());

type Activities = ReturnType<typeof activitiesOf>;

/** Runs a batch to its outcomes and replays it. @param stuck lets go what never answers, so that its worker can end */
async function batch(
  definition: StudyDefinition,
  activities: Activities,
  count: number,
  {
    checkpoint,
    during,
    stuck,
  }: { checkpoint?: string; during?: (id: string) => Promise<void>; stuck?: () => void } = {},
): Promise<{ outcomes: Outcome[]; events: number[]; activityTypes: string[] }> {
  const id = workflowId(definition.name);
  return rig.serving(definition.name, activities, async () => {
    const handle = await rig.start('batchWorkflow', id, { definition, count, ...(checkpoint && { checkpoint }) });
    await during?.(id);
    const outcomes = (await handle.result()) as Outcome[];
    stuck?.();
    const { events } = await handle.fetchHistory();
    const scheduled = events!.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled ? [scheduled] : [],
    );
    expect(new Set(scheduled.map(({ taskQueue }) => taskQueue!.name))).toEqual(new Set([trialQueue(definition.name)]));
    const activityTypes = scheduled.map(({ activityType }) => activityType!.name!);
    return { outcomes, events: await rig.replay(handle), activityTypes };
  });
}

const { runTrial, runTrials } = ACTIVITIES;
const value: TrialFunction = ({ params }) => Number(params['x']);

/** Activities of a worker whose first attempts at a batch stop answering after the first trial and a checkpoint of the second. */
function paused(attempts: number, trial: TrialFunction): { activities: Activities; stuck: () => void } {
  const activities = activitiesOf(trial);
  let stuck: () => void = () => {};
  const over = new Promise<void>((resolve) => (stuck = resolve));
  return {
    stuck,
    activities: {
      ...activities,
      [runTrials]: async (...args: never[]) => {
        const { info, heartbeat } = Context.current();
        if (info.attempt > attempts) return activities[runTrials]!(...args);
        const details: BatchHeartbeat = {
          endings: [{ ok: { values: [0.125], reports: [], attempt: 1 } }],
          ended: 1,
          trial: { attempt: info.attempt, checkpoint: 'half', steps: 1 },
        };
        heartbeat(details);
        await over;
        return [];
      },
    },
  };
}

describe('a batch', () => {
  it('runs its trials one after another in one activity', async () => {
    let [now, most] = [0, 0];
    const trial: TrialFunction = async (context) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return value(context);
    };
    const { outcomes, events, activityTypes } = await batch(studyOf('batch'), activitiesOf(trial), 16);
    expect(outcomes).toEqual(
      Array.from({ length: 16 }, (_, k) => ({
        kind: 'result',
        result: { values: [k / 1000], reports: [] },
        attempts: 1,
      })),
    );
    expect(most).toBe(1);
    expect(activityTypes).toEqual([runTrials]);
    expect(events.length).toBeLessThanOrEqual(11);
  });

  it('of one trial is an ordinary trial', async () => {
    const { outcomes, activityTypes } = await batch(studyOf('single'), activitiesOf(value), 1);
    expect(outcomes).toMatchObject([{ kind: 'result', result: { values: [0] } }]);
    expect(activityTypes).toEqual([runTrial]);
  });

  it('is split where its input would grow too long for the server', async () => {
    const checkpoint = 'c'.repeat(4000);
    const brief: TrialFunction = () => ({ value: 1, checkpoint: 'c' });
    const { outcomes, activityTypes } = await batch(studyOf('split'), activitiesOf(brief), 150, { checkpoint });
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: 150 }, () => 'result'));
    expect(activityTypes).toEqual([runTrials, runTrials, runTrials]);
  });
});

describe('trials of a batch that fail', () => {
  const failing: TrialFunction = ({ number, attempt, checkpoint, saveCheckpoint }) => {
    if (number === 1 || (number === 2 && attempt < 3)) {
      saveCheckpoint(`${checkpoint ?? 'from'} ${attempt}`);
      throw new Error('diverged');
    }
    return { value: attempt, attributes: { from: checkpoint ?? 'nowhere' } };
  };

  it('end no other one, and without retries they have failed', async () => {
    const { outcomes, activityTypes } = await batch(studyOf('failures'), activitiesOf(failing), 4);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['result', 'failed', 'failed', 'result']);
    expect(outcomes[1]).toMatchObject({
      attempts: 1,
      notes: { reason: expect.stringMatching(/^Error: diverged/) as string, checkpoint: 'from 1' },
    });
    expect(activityTypes).toEqual([runTrials]);
  });

  it('are repeated alone, from their checkpoints, as often as any other', async () => {
    const { outcomes, activityTypes } = await batch(studyOf('retried', { retries: 2 }), activitiesOf(failing), 4);
    expect(outcomes.map(({ kind, attempts }) => [kind, attempts])).toEqual([
      ['result', 1],
      ['failed', 3],
      ['result', 3],
      ['result', 1],
    ]);
    expect(outcomes[1]).toMatchObject({ notes: { checkpoint: 'from 1 2 3' } });
    expect(outcomes[2]).toMatchObject({ result: { attributes: { from: 'from 1 2' } } });
    expect(activityTypes).toEqual([runTrials, runTrial, runTrial, runTrial, runTrial]);
  });
});

describe('a batch whose worker stops answering', () => {
  const seen: TrialFunction = ({ number, attempt, checkpoint }) => ({
    value: number,
    attributes: { attempt, from: checkpoint ?? 'nowhere' },
  });
  const first = { kind: 'result', result: { values: [0.125] }, attempts: 1 };

  it('goes on on another one, after what it had heartbeaten', async () => {
    const { activities, stuck } = paused(1, seen);
    const { outcomes, activityTypes } = await batch(studyOf('lost-once'), activities, 3, { stuck });
    expect(outcomes).toMatchObject([
      first,
      { result: { attributes: { attempt: 2, from: 'half' } } },
      { result: { attributes: { attempt: 2, from: 'nowhere' } } },
    ]);
    expect(activityTypes).toEqual([runTrials]);
  });

  it('twice leaves its trials to go on alone', async () => {
    const { activities, stuck } = paused(2, seen);
    const { outcomes, activityTypes } = await batch(studyOf('lost-twice'), activities, 3, { stuck });
    expect(outcomes).toMatchObject([
      first,
      { result: { attributes: { attempt: 3, from: 'half' } } },
      { result: { attributes: { attempt: 3, from: 'nowhere' } } },
    ]);
    expect(activityTypes).toEqual([runTrials, runTrial, runTrial]);
  });

  it('is cancelled with what it had heartbeaten', async () => {
    const { activities, stuck } = paused(2, seen);
    const { outcomes, activityTypes } = await batch(studyOf('lost-cancelled'), activities, 3, {
      during: async (id) => {
        await until(async () => {
          const { raw } = await rig.handle(id).describe();
          return (raw.pendingActivities ?? []).some(({ heartbeatDetails }) => heartbeatDetails);
        });
        await rig.handle(id).cancel();
      },
      stuck,
    });
    expect(outcomes).toMatchObject([
      first,
      { kind: 'paused', notes: { checkpoint: 'half' } },
      { kind: 'paused', notes: {} },
    ]);
    expect(activityTypes).toEqual([runTrials]);
  });
});

describe('a batch that is cancelled', () => {
  it('keeps its results and pauses the rest with what they had', async () => {
    let running = false;
    const trial: TrialFunction = ({ number, signal, saveCheckpoint }) => {
      if (number === 0) return 1;
      saveCheckpoint('half');
      running = true;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to end'))));
    };
    const { outcomes } = await batch(studyOf('cancelled'), activitiesOf(trial), 3, {
      during: async (id) => {
        await until(() => running);
        await rig.handle(id).cancel();
      },
    });
    expect(outcomes).toEqual([
      { kind: 'result', result: { values: [1], reports: [] }, attempts: 1 },
      { kind: 'paused', attempts: 1, notes: { checkpoint: 'half' } },
      { kind: 'paused', attempts: 0, notes: {} },
    ]);
  });

  it('before it began leaves its trials as they were', async () => {
    const { outcomes } = await rig.serving('elsewhere', activitiesOf(value), async () => {
      const definition = studyOf('unbegun');
      const handle = await rig.start('batchWorkflow', workflowId('unbegun'), { definition, count: 2 });
      await until(async () => ((await handle.describe()).raw.pendingActivities ?? []).length > 0);
      await handle.cancel();
      const outcomes = (await handle.result()) as Outcome[];
      await rig.replay(handle);
      return { outcomes };
    });
    expect(outcomes).toEqual([0, 1].map(() => ({ kind: 'paused', attempts: 0, notes: {} })));
  });
});
