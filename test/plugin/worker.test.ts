import { listed } from '../../study/syntax/field.ts';
import { KNOWN, samplerNames } from '../../samplers/registry.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { TuningClient } from '../../client/tuning-client.ts';
import type { TrialContext } from '../../index.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { drawPoint } from '../../samplers/unit-cube.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { TuningPluginOptions } from '../../plugin.ts';
// @ts-expect-error: a sampler as a user has it, in JavaScript
import { heavy } from '../activities/suggest/heavy.mjs';
import { Place, studyOf, workflowsAt } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await Place.open();
});
afterAll(() => place.close());

const activities = { greeting: async (name: string) => `hello ${name}` };
const tuning = (taskQueue: string, client = place.client): TuningClient =>
  new TuningClient({ client, artifacts: place.artifacts, taskQueue });
const greet = (taskQueue: string): Promise<unknown> =>
  place.client.workflow.execute('greet', { taskQueue, workflowId: `greet-${taskQueue}`, args: ['you'] });

/** A user's workflow and a study, both on the user's task queue. */
async function both(queue: string): Promise<void> {
  expect(await greet(queue)).toBe('hello you');
  const study = await tuning(queue).start(studyOf(queue, { trial: { function: 'trial', queue } }));
  expect(await study.result()).toMatchObject({ status: 'complete', counts: { complete: 6 } });
}

/** All workflows that a user's bundle has to hold. */
const ALL = "'studyWorkflow', 'trialWorkflow', 'laneWorkflow', 'slotPoolWorkflow', 'nightWorkflow', 'scheduleWorkflow'";

describe("a user's worker with TuningPlugin", () => {
  it.each([
    ['re-exported', 're-exporting.ts'],
    ['added', 'own.ts'],
    ['added', 'common.cjs'],
    ['added', 'folder'],
  ] as const)('runs studies beside its own workflows: %s to %s', async (workflows, file) => {
    const taskQueue = `mine-${file}`;
    const plugins = [place.plugin({ workflows })];
    const worker = { taskQueue, activities, workflowsPath: workflowsAt(file), plugins };
    await place.serving([worker], () => both(taskQueue));
  });

  it.each([
    ['re-exported', 're-exporting.ts'],
    ['added', 'own.ts'],
  ] as const)('runs studies from a bundle that was made before: %s', async (workflows, file) => {
    const taskQueue = `bundled-${workflows}`;
    const plugins = [place.plugin({ workflows })];
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: workflowsAt(file),
      plugins,
      logger: new DefaultLogger('ERROR'),
    });
    await place.serving([{ taskQueue, activities, workflowBundle, plugins }], () => both(taskQueue));
  });

  it('runs studies by a plugin of the connection, and by one that is there twice', async () => {
    const own = place.plugin({ workflows: 'added' });
    for (const [taskQueue, plugins] of [
      ['by-connection', []],
      ['twice', [own]],
    ] as const) {
      const worker = { taskQueue, activities, workflowsPath: workflowsAt('own.ts'), plugins: [...plugins] };
      await place.servingByConnection([own], worker, () => both(taskQueue));
    }
  });

  it('leaves a client that has the plugin as it is', async () => {
    const connection = await Connection.connect({ address: place.address, plugins: [place.plugin()] });
    const client = new Client({ connection, plugins: [place.plugin()] });
    const taskQueue = 'by-client';
    const worker = { taskQueue, workflowsPath: workflowsAt('re-exporting.ts'), plugins: [place.plugin()] };
    await place.serving([worker], async () => {
      const study = await tuning(taskQueue, client).start(
        studyOf('s', { trial: { function: 'trial', queue: taskQueue } }),
      );
      expect(await study.result()).toMatchObject({ counts: { complete: 6 } });
    });
    await connection.close();
  });

  it('runs trials on the task queue that the study names, on a worker that has no workflows', async () => {
    const functions = { weigh: ({ params }: { params: { x: number } }) => 2 * params.x };
    const studies = { taskQueue: 'studies', workflowsPath: workflowsAt('re-exporting.ts'), plugins: [place.plugin()] };
    const trials = { taskQueue: 'gpus', plugins: [place.plugin({ workflows: 'elsewhere', functions })] };
    await place.serving([studies, trials], async () => {
      const study = await tuning('studies').start(
        studyOf('two-queues', { trial: { function: 'weigh', queue: 'gpus' } }),
      );
      expect(await study.result()).toMatchObject({ counts: { complete: 6 } });
      const scheduled = (await study.history()).events!.flatMap(
        ({ activityTaskScheduledEventAttributes: each }) => each ?? [],
      );
      const queues = (type: string): unknown[] => [
        ...new Set(scheduled.filter((each) => each.activityType!.name === type).map((each) => each.taskQueue!.name)),
      ];
      expect(queues('dtune.runTrial')).toEqual(['gpus']);
      expect(['dtune.prepare', 'dtune.suggest', 'dtune.archive'].map(queues)).toEqual([
        ['studies'],
        ['studies'],
        ['studies'],
      ]);
    });
  });

  it("keeps a trial's whole curve in the artifact store", async () => {
    const trial = ({ report }: TrialContext): number => {
      for (let step = 1; step <= 500; step++) report(step, 1 / step);
      return 1 / 500;
    };
    const plugins = [place.plugin({ functions: { trial } })];
    const worker = { taskQueue: 'curves', workflowsPath: workflowsAt('re-exporting.ts'), plugins };
    await place.serving([worker], async () => {
      const definition = studyOf('curves', { trial: { function: 'trial', queue: 'curves' } });
      const study = await tuning('curves').start(definition);
      await study.result();
      expect(await study.curve(5)).toHaveLength(500);
    });
  });

  it.each([{ batch: 3 }, { long: true }])('runs trials of all kinds: %j', async (kind) => {
    const taskQueue = `kind-${Object.keys(kind)[0]}`;
    const worker = { taskQueue, workflowsPath: workflowsAt('re-exporting.ts'), plugins: [place.plugin()] };
    await place.serving([worker], async () => {
      const trial = { function: 'trial', queue: taskQueue, ...kind };
      const study = await tuning(taskQueue).start(studyOf(taskQueue, { trial, parallel: 3 }));
      expect(await study.result()).toMatchObject({ status: 'complete', counts: { complete: 6 } });
    });
  });

  it.each([
    [
      're-exported',
      'own.ts',
      `own.ts exports no ${ALL}, so this worker could not run studies; add to the workflows: export * from`,
    ],
    ['added', 're-exporting.ts', `re-exporting.ts exports ${ALL}, and TuningPlugin adds workflows of that name`],
  ] as const)('is refused where the workflows are not %s, by %s', async (workflows, file, message) => {
    const worker = { taskQueue: 'refused', workflowsPath: workflowsAt(file), plugins: [place.plugin({ workflows })] };
    await expect(place.worker(worker)).rejects.toThrow(message);
  });
});

/** Suggests one part in (number + shift) of the prior, and so shows that it was asked. */
const parts: Sampler<null> = {
  name: 'parts',
  version: 3,
  options: { shift: { type: 'int', default: 2, low: 2, high: 9, doc: 'The first part' } },
  supports: ({ objectives }) => objectives === 1 || 'parts needs one objective; use tpe',
  advance: () => null,
  suggest: (_cache, _view, ask, _rng, { space }, { shift }) => ({
    x: drawPoint(space, ask, () => 1 / (ask.number + Number(shift))),
  }),
};

describe("a worker's own samplers", () => {
  const serving = <Result>(
    samplers: TuningPluginOptions['samplers'] & object,
    body: () => Promise<Result>,
  ): Promise<Result> =>
    place.serving(
      [{ taskQueue: 'own', workflowsPath: workflowsAt('re-exporting.ts'), plugins: [place.plugin({ samplers })] }],
      body,
    );
  const xs = async (name: string, sampler: string | object): Promise<unknown[]> => {
    const changes = { sampler, trial: { function: 'trial', queue: 'own' }, stop: { trials: 3 } } as Parameters<
      typeof studyOf
    >[1];
    const study = await tuning('own').start(studyOf(name, changes));
    await study.result();
    const seen: unknown[] = [];
    for await (const { params } of study.trials()) seen.push(params['x']);
    return seen;
  };

  it('are known by name, with their options', async () => {
    await serving([parts], async () => {
      expect(await xs('own-1', 'parts')).toEqual([1 / 2, 1 / 3, 1 / 4]);
      expect(await xs('own-2', { parts: { shift: 4 } })).toEqual([1 / 4, 1 / 5, 1 / 6]);
    });
  });

  it('that take long are computed beside the worker, which goes on heartbeating', async () => {
    await serving([heavy as Sampler], async () => {
      const study = await tuning('own').start(
        studyOf('own-heavy', {
          sampler: { heavy: { turns: 500 } },
          trial: { function: 'trial', queue: 'own' },
          stop: { trials: 2 },
        }),
        { engine: { heartbeatMs: 1000 } },
      );
      // one that falls silent is given up after a second, and tried again for ever
      expect(await study.result()).toMatchObject({ status: 'complete', counts: { complete: 2 } });
    });
  });

  it('are refused by the study in the words of built-in ones', async () => {
    await serving([parts], async () => {
      await expect(xs('own-3', 'prats')).rejects.toThrow(
        `there is no sampler "prats", expected ${listed([...samplerNames(KNOWN), 'parts'])}; did you mean 'parts'?`,
      );
      await expect(xs('own-4', { parts: { shift: 1 } })).rejects.toThrow(
        'sampler.parts.shift is 1, expected a whole number from 2 to 9',
      );
      await expect(xs('own-5', { parts: { shift: 1 } })).rejects.toThrow(StudyDefinitionError);
    });
  });

  it('are unknown to a worker that was not given them', async () => {
    await serving([], () => expect(xs('own-6', 'parts')).rejects.toThrow(`expected ${listed(samplerNames(KNOWN))};`));
  });
});
