import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { withOffice } from '../../examples/pipeline/pipeline.ts';
import { forecastError, forecasts } from '../../examples/pipeline/forecast.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { ACTIVITIES, STUDY_WORKFLOW, workflowId } from '../../study/contract.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { bundleOf, studyOf } from '../plugin/place.ts';

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

describe('the pipeline example', () => {
  it("runs studies on somebody's own worker, by a child workflow and by Nexus, with the same result", async () => {
    await withOffice(async ({ tuning, log, run }) => {
      const here = await run('pipeline', 'here');
      const there = await run('nexusPipeline', 'there');
      expect(there).toEqual({ ...here, study: 'there' });

      for (const name of ['here', 'there']) {
        const study = tuning.study(name);
        expect(await study.status()).toMatchObject({ status: 'complete', counts: { complete: 24 } });
        expect((await study.best())!.values).toEqual({ error: here.error });
        const values: number[] = [];
        for await (const trial of study.trials()) values.push(trial.values!['error']);
        expect(values).toHaveLength(24);
        // trial 0 has the defaults
        expect(Math.min(...values)).toBe(here.error);
        expect(here.error).toBeLessThan(values[0]);
      }

      expect(log.workflows.filter((name) => name === STUDY_WORKFLOW)).toHaveLength(2);
      expect(log.workflows).toEqual(expect.arrayContaining(['pipeline', 'nexusPipeline']));
      expect(log.activities.filter((name) => name === ACTIVITIES.runTrial)).toHaveLength(48);
      expect(log.activities).toEqual(
        expect.arrayContaining(['prepare', 'publish', ACTIVITIES.suggest, ACTIVITIES.archive]),
      );
    });
  });

  it('sends nothing but search attributes to the server that is not encrypted, and reads it again', async () => {
    await withOffice(async ({ client, run }) => {
      const published = await run('pipeline', 'here');
      await run('nexusPipeline', 'there');
      for (const id of ['pipeline-of-here', 'nexusPipeline-of-there', workflowId('here'), workflowId('there')]) {
        const { events } = await client.workflow.getHandle(id).fetchHistory();
        const payloads = payloadsIn(events);
        expect(payloads.length).toBeGreaterThan(4);
        expect(new Set(payloads.map(({ metadata }) => text(metadata['encoding'])))).toEqual(
          new Set(['binary/encrypted']),
        );
        const words = ['here', 'there', 'level', 'season', 'error', 'enqueued', 'definition'];
        for (const { data } of payloads) for (const word of words) expect(text(data)).not.toContain(word);
      }

      // what looks after a study's long trials
      expect(await lookAfter(client, ['pipeline-of-here', 'nobody'])).toEqual([
        { id: 'pipeline-of-here', state: 'ended', outcome: published },
        { id: 'nobody', state: 'gone' },
      ]);
    });
  });

  it('has its study read by a client with the codec, and refused in words to one without', async () => {
    await withOffice(async ({ client, tuning, artifacts }) => {
      const definition = studyOf('secret', { trial: { function: 'forecast', queue: 'nobody' } });
      const study = await tuning.start(definition);
      expect(await tuning.standing(definition)).toBe('open');
      expect(await study.status()).toMatchObject({ status: 'running' });

      const { connection, options } = client;
      const plain = new TuningClient({ client: new Client({ connection, namespace: options.namespace }), artifacts });
      const asked = [
        () => plain.start(definition),
        () => plain.study('secret').status(),
        () => plain.study('secret').edits(),
      ];
      for (const ask of asked) {
        await expect(ask()).rejects.toThrow(StudyDefinitionError);
        await expect(ask()).rejects.toThrow(
          'dtune/secret cannot be read here (Unknown encoding: binary/encrypted): expected a client with the data converter of its workers',
        );
      }
      await study.stop({ now: true });
      expect(await study.result()).toMatchObject({ status: 'stopped' });
    });
  });

  it('runs by its command', async () => {
    const main = fileURLToPath(new URL('../../examples/pipeline/main.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', main]);
    expect(stdout).toMatch(
      /^pipeline: next month \d+; forecasts were off by [\d.]+ a month, by [\d.]+ with the defaults/m,
    );
    expect(stdout).toMatch(/^nexusPipeline: next month \d+;/m);
    expect(stdout).toMatch(/^interceptors saw pipeline 1, studyWorkflow 2, nexusPipeline 1; prepare 2,/m);
  });
});

describe("the pipeline's workflow code", () => {
  it('holds the study workflow, but no zod, no numerics and no I/O', async () => {
    const workflowsPath = fileURLToPath(new URL('../../examples/pipeline/workflows.ts', import.meta.url));
    const { code } = await bundleOf(workflowsPath);
    const modules = [...code.matchAll(/^\/\*\*\*\/ "([^"]+)":?/gm)].map(([, path]) => path);
    expect(modules.some((path) => path.includes('/workflows/study.'))).toBe(true);
    expect(modules.some((path) => path.includes('/nexus/service.'))).toBe(true);
    const others = /\/(zod|samplers|activities|artifacts|client|server|nexus\/handlers)[./]/;
    expect(modules.filter((path) => others.test(path) && !path.includes('@temporalio'))).toEqual([]);
  });
});

describe('the forecast', () => {
  it('is right about a series that does what it expects: a straight line and a season', () => {
    const season = [5, -3, 2, 8, -6, 0, 1, -1, 4, -4, -2, -4];
    const series = Array.from({ length: 48 }, (_, month) => season[month % 12]);
    const weights = { level: 0.3, trend: 0.2, season: 0.4 };
    expect(forecastError(series, weights)).toBeCloseTo(0, 9);
    expect(forecasts(series, weights).at(-1)).toBeCloseTo(season[0], 9);
    expect(forecasts(series, weights)).toHaveLength(37);
  });
});

/** Asks the activity as a study's workflow does. */
function lookAfter(client: Client, children: readonly string[]): Promise<unknown> {
  return client.activity.execute(ACTIVITIES.lookAfter, {
    id: 'look-after',
    taskQueue: 'forecasting',
    args: [{ children }],
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '10 seconds',
  });
}

interface RawPayload {
  readonly metadata: Readonly<Record<string, Uint8Array>>;
  readonly data: Uint8Array;
}

/** Every payload in a history, wherever it is. */
function payloadsIn(value: unknown): RawPayload[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { metadata, data } = value as Partial<RawPayload>;
  if (metadata && data instanceof Uint8Array) return [value as RawPayload];
  // a server searches by attributes, so no codec touches them: those that its operator registered
  const { searchAttributes: _searched, ...rest } = value as { readonly searchAttributes?: unknown };
  return Object.values(rest).flatMap(payloadsIn);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
