import { sleep } from '@temporalio/activity';
import { defaultPayloadConverter, SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrepare } from '../../activities/prepare.ts';
import { withOwnSamplers } from '../../samplers/registry.ts';
import { ACTIVITIES, UPDATES, workflowId } from '../../study/contract.ts';
import { ATTRIBUTE_NAMES, SEARCH_ATTRIBUTES } from '../../study/search-attributes.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

/** A world whose first activity looks around for real. */
function worldOf(trial: World['trial']): World {
  const world = new World();
  world.trial = trial;
  const activities = { ...world.activities(), [ACTIVITIES.prepare]: createPrepare(withOwnSamplers([])) };
  world.activities = () => activities;
  return world;
}

const study = (name: string, changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({ name, ...changes });
const describeStudy = (name: string): Promise<WorkflowExecutionDescription> =>
  harness.client.workflow.getHandle(workflowId(name)).describe();
const attributesOf = ({ typedSearchAttributes }: WorkflowExecutionDescription): unknown[] =>
  ATTRIBUTE_NAMES.map((name) =>
    typedSearchAttributes.get(defineSearchAttributeKey(name, SearchAttributeType[SEARCH_ATTRIBUTES[name].type])),
  );
const eventsOf = async (
  name: string,
): Promise<NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>> =>
  (await harness.histories(name)).flatMap(({ events }) => events!);
/** What is written beside events: the summaries. */
const summariesOf = async (name: string): Promise<Map<string, string[]>> => {
  const summaries = new Map<string, string[]>();
  for (const { userMetadata, activityTaskScheduledEventAttributes: scheduled } of await eventsOf(name)) {
    if (!userMetadata?.summary || !scheduled) continue;
    const type = scheduled.activityType!.name!;
    summaries.set(type, [
      ...(summaries.get(type) ?? []),
      defaultPayloadConverter.fromPayload<string>(userMetadata.summary),
    ]);
  }
  return summaries;
};

/** Each trial is better than all before it: the worst there is for what follows the best value. */
const everBetter: World['trial'] = async ({ number }) => ({ values: [-number] });

describe('a study on a server that knows none of its search attributes', () => {
  it('keeps them in its memo', async () => {
    await harness.run(study('in-memo', { stop: { trials: 3, maxFailures: 1 } }), worldOf(everBetter));
    const description = await describeStudy('in-memo');
    expect(description.memo).toEqual({ DtuneStatus: 'complete', DtuneBest: -2, DtuneTrials: 3 });
    expect(attributesOf(description)).toEqual([undefined, undefined, undefined]);
  });
});

describe('a study on a server that knows its search attributes', () => {
  beforeAll(async () => {
    const searchAttributes = Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, SEARCH_ATTRIBUTES[name].code]));
    const { namespace } = harness.client.options;
    await harness.client.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  });

  it('is found by them, over continue-as-new, and its last word is right', async () => {
    const trial: World['trial'] = async ({ number }) => {
      await sleep(20);
      return { values: [-number] };
    };
    const definition = study('found', { parallel: 2, stop: { trials: 30, maxFailures: 1 } });
    const { events } = await harness.run(definition, worldOf(trial), {
      engine: { quietEvents: 60, hardEvents: 90 },
      during: async (handle) => {
        const edit = { requestId: 'r', why: 'a look', who: 'ada', edit: { kind: 'pause', now: false } };
        await handle.executeUpdate(UPDATES.edit, { args: [edit] });
        const pausedOnes = "DtuneStatus = 'paused' AND DtuneTrials < 30";
        const found = async (): Promise<string[]> => {
          const ids = [];
          for await (const { workflowId: id } of harness.client.workflow.list({ query: pausedOnes })) ids.push(id);
          return ids;
        };
        await expect.poll(found, { timeout: 20_000 }).toEqual([workflowId('found')]);
        await handle.executeUpdate(UPDATES.edit, { args: [{ requestId: 's', edit: { kind: 'resume' } }] });
      },
    });
    expect(events.length).toBeGreaterThan(2);
    const description = await describeStudy('found');
    expect(attributesOf(description)).toEqual(['complete', -29, 30]);
    expect(description.memo ?? {}).toEqual({});
  });

  it('pays for them with few events, however often the best value changes', async () => {
    const definition = study('many-bests', { parallel: 64, stop: { trials: 640, maxFailures: 1 } });
    const { events } = await harness.run(definition, worldOf(everBetter));
    expect(events[0]! / 640).toBeLessThanOrEqual(4.5);
    const upserts = (await eventsOf('many-bests')).filter(
      (event) => event.upsertWorkflowSearchAttributesEventAttributes,
    );
    expect(upserts.length).toBeLessThanOrEqual(4 + 640 / 16 + 2);
  });

  it('says in Markdown where it stands, and beside each piece of work what it is', async () => {
    const gate = { open: (): void => {} };
    const opened = new Promise<void>((resolve) => (gate.open = resolve));
    const trial: World['trial'] = async ({ number, params }) => {
      if (number >= 3) await opened;
      return { values: [Number(params['x'])] };
    };
    let seen = '';
    const definition = study('told', { parallel: 2, stop: { trials: 6, maxFailures: 1 } });
    await harness.run(definition, worldOf(trial), {
      during: async (handle) => {
        const edit = {
          requestId: 'r',
          why: 'over `night`\n',
          who: 'ada',
          edit: { kind: 'note', text: 'so far so good' },
        };
        await handle.executeUpdate(UPDATES.edit, { args: [edit] });
        const details = async (): Promise<string> => {
          const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
          return metadata.currentDetails ?? '';
        };
        await expect.poll(details, { timeout: 20_000 }).toMatch(/3 of 6 trials, 2 running/);
        seen = await details();
        gate.open();
      },
    });
    expect(seen).toMatch(
      /^\*\*told\*\*: running\n\n3 of 6 trials, 2 running\n\nbest: `loss` [\d.e-]+ \(trial \d\)\n\n- `x` = `[\d.e-]+`\n- `y` = `1`\n\nlast edits:\n\n- \S+Z note by ada: over \\`night\\`$/,
    );
    const summaries = await summariesOf('told');
    expect(summaries.get(ACTIVITIES.suggest)![0]).toBe('ask for 0–1');
    expect(summaries.get(ACTIVITIES.runTrial)!.slice(0, 2)).toEqual([
      expect.stringMatching(/^trial 0: x=[\d.e-]+ y=1$/),
      expect.stringMatching(/^trial 1: x=[\d.e-]+ y=1$/),
    ]);
  });

  it('carries priority and fairness to its trials', async () => {
    const definition = study('fair', {
      priority: 2,
      fairness: { key: 'vision', weight: 2.5 },
      stop: { trials: 2, maxFailures: 1 },
    });
    await harness.run(definition, worldOf(everBetter));
    const trials = (await eventsOf('fair')).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityType?.name === ACTIVITIES.runTrial ? [scheduled.priority] : [],
    );
    expect(trials).toMatchObject(Array(2).fill({ priorityKey: 2, fairnessKey: 'vision', fairnessWeight: 2.5 }));
  });
});
