import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import { ACTIVITIES, workflowId } from '../../../study/contract.ts';
import type { ChildState, TrialEnded } from '../../../study/trial/trial-forms.ts';
import type { Outcome } from '../../../study/ledger/ledger.ts';
import { activitiesOf, Rig, studyOf, until } from '../trials-rig.ts';
import type { LongTrials } from '../trials.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
});
afterAll(() => rig.close());

interface Heard {
  readonly runs: number;
  readonly heard: readonly TrialEnded[];
  readonly ids: readonly string[];
}

/** A trial that runs until the test lets it, or until it is cancelled. */
function patient(): { trial: TrialFunction; release: () => void; running: () => number } {
  let release: () => void = () => {};
  let running = 0;
  const released = new Promise<void>((resolve) => (release = resolve));
  const trial: TrialFunction = async ({ number, signal, saveCheckpoint }) => {
    saveCheckpoint(`half of ${number}`);
    running++;
    await Promise.race([
      released,
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to end')))),
    ]);
    return number;
  };
  return { trial, release: () => release(), running: () => running };
}

const start = (name: string, input: Partial<LongTrials> = {}): Promise<WorkflowHandle> =>
  rig.start('longWorkflow', workflowId(name), { definition: studyOf(name), count: 2, ...input });

/** Workflow ids of a study's long trials. */
const childrenOf = async (handle: WorkflowHandle): Promise<string[]> =>
  (await handle.fetchHistory()).events!.flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) =>
    started ? [started.workflowExecution!.workflowId!] : [],
  );

const statusOf = async (id: string): Promise<string> => (await rig.handle(id).describe()).status.name;

describe('a long trial', () => {
  it('is heard of by the study, which may continue as new meanwhile', async () => {
    const { trial, release, running } = patient();
    await rig.serving('continued', activitiesOf(trial), async () => {
      const handle = await start('continued', { continues: true });
      const first = (await handle.describe()).runId;
      await until(() => running() === 2);
      await until(async () => (await handle.describe()).runId !== first);
      release();
      const { runs, heard, ids } = (await handle.result()) as Heard;
      expect(runs).toBe(2);
      const byNumber = [...heard].sort((a, b) => a.number - b.number);
      expect(byNumber).toEqual(
        [0, 1].map((number) => ({
          firstRunId: first,
          number,
          outcome: {
            kind: 'result',
            result: { values: [number], reports: [], checkpoint: `half of ${number}` },
            attempts: 1,
          },
        })),
      );
      for (const id of ids) {
        await rig.handle(id).result();
        await rig.replay(rig.handle(id));
      }
      await rig.replay(handle);
      await rig.replay(rig.handle(workflowId('continued'), first));
    });
  });

  it('that is cancelled is paused, with its checkpoint', async () => {
    const { trial, running } = patient();
    await rig.serving('stopped', activitiesOf(trial), async () => {
      const handle = await start('stopped');
      await until(() => running() === 2);
      await handle.signal('cancelTrials');
      // once more: those that have ended are none the worse
      await handle.signal('cancelTrials');
      const { heard, ids } = (await handle.result()) as Heard;
      expect(heard.map(({ outcome }) => outcome)).toEqual(
        heard.map(({ number }) => ({ kind: 'paused', attempts: 1, notes: { checkpoint: `half of ${number}` } })),
      );
      for (const id of ids) {
        expect(await rig.handle(id).result()).toMatchObject({ kind: 'paused' });
        await rig.replay(rig.handle(id));
      }
      await rig.replay(handle);
    });
  });

  it('is repeated after its own failure and after the loss of its worker, as any other', async () => {
    let stuck: () => void = () => {};
    const over = new Promise<void>((resolve) => (stuck = resolve));
    const activities = activitiesOf(({ attempt, checkpoint }) => {
      if (attempt === 2) throw new Error('diverged');
      return { value: attempt, attributes: { from: checkpoint! } };
    });
    const losing = {
      ...activities,
      [ACTIVITIES.runTrial]: async (...args: never[]) => {
        const { info, heartbeat } = Context.current();
        if (info.attempt > 1 || (args[0] as { attemptsBefore: number }).attemptsBefore > 0)
          return activities[ACTIVITIES.runTrial]!(...args);
        heartbeat({ attempt: 1, checkpoint: 'half', steps: 1 });
        await over;
      },
    };
    const definition = studyOf('lost', { retries: 1 });
    await rig.serving('lost', losing, async () => {
      const handle = await start('lost', { definition, count: 1 });
      const { heard, ids } = (await handle.result()) as Heard;
      stuck();
      expect(heard[0]!.outcome).toMatchObject({
        kind: 'result',
        result: { values: [3], attributes: { from: 'half' } },
        attempts: 3,
      });
      await rig.replay(rig.handle(ids[0]!));
      await rig.replay(handle);
    });
  });

  it('whose study is gone ends by itself', async () => {
    const { trial, release, running } = patient();
    await rig.serving('gone', activitiesOf(trial), async () => {
      const handle = await start('gone', { count: 1 });
      await until(() => running() === 1);
      const [id] = await childrenOf(handle);
      await handle.terminate();
      expect(await statusOf(id!)).toBe('RUNNING');
      release();
      expect((await rig.handle(id!).result()) as Outcome).toMatchObject({ kind: 'result', result: { values: [0] } });
      await rig.replay(rig.handle(id!));
    });
  });

  it('tells a later study of the same name whose trial it was', async () => {
    const { trial, release, running } = patient();
    await rig.serving('again', activitiesOf(trial), async () => {
      const older = await start('again', { count: 1 });
      const olderRun = (await older.describe()).runId;
      await until(() => running() === 1);
      await older.terminate();
      const newer = await start('again', { count: 2 });
      const newerRun = (await newer.describe()).runId;
      await until(() => running() === 3);
      release();
      // of three trials that run it waits for two, whichever are first
      const { heard } = (await newer.result()) as Heard;
      expect(newerRun).not.toBe(olderRun);
      for (const { firstRunId, number } of heard)
        expect([olderRun, newerRun]).toContain(number === 1 ? newerRun : firstRunId);
      await rig.replay(newer);
    });
  });
});

describe('the look-out', () => {
  it('tells which trials run, how those ended that were not heard of, and which are gone', async () => {
    const { trial, release, running } = patient();
    await rig.serving('silent', activitiesOf(trial), async () => {
      const look = async (children: string[]): Promise<ChildState[]> => {
        const handle = await rig.start('lookWorkflow', `look-${Math.random()}`, children);
        return (await handle.result()) as ChildState[];
      };
      const handle = await start('silent', { count: 2 });
      await until(() => running() === 2);
      const [first, second] = (await childrenOf(handle)).sort() as [string, string];
      expect(await look([first, 'dtune/none/trial/0', second])).toEqual([
        { id: first, state: 'running' },
        { id: 'dtune/none/trial/0', state: 'gone' },
        { id: second, state: 'running' },
      ]);
      await handle.terminate();
      await rig.handle(second).terminate();
      release();
      await rig.handle(first).result();
      expect(await look([first, second])).toEqual([
        {
          id: first,
          state: 'ended',
          outcome: {
            kind: 'result',
            result: { values: [0], reports: [], checkpoint: 'half of 0' },
            attempts: 1,
          },
        },
        { id: second, state: 'gone' },
      ]);
    });
  });
});
