/**
 * Studies in flight must be able to go on with today's workflow code: histories of every released version are replayed.
 * `node --import tsx test/replay/record.ts` adds those of this version.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import proto, { type temporal } from '@temporalio/proto';
import { describe, expect, it } from 'vitest';
import { workflowBundle } from '../../workflow-bundle.ts';

const folder = new URL('./histories/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.bin'));
const read = (file: string): temporal.api.history.v1.History =>
  proto.temporal.api.history.v1.History.decode(readFileSync(new URL(file, folder)));
/** Ids of children begin with the study's own. */
const idOf = (file: string): string | undefined =>
  /^study-[\d.]+-(.+)-\d+\.bin$/.exec(file)?.[1]?.replace(/^/, 'dtune/');
Runtime.install({ logger: new DefaultLogger('ERROR') });

describe('the workflow', () => {
  it.each(files)('replays %s', async (file) => {
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, read(file), idOf(file));
  });

  it('fails on a history that it would not have made', async () => {
    const history = read(files[0]);
    const scheduled = history.events!.findLast((event) => event.activityTaskScheduledEventAttributes)!;
    scheduled.activityTaskScheduledEventAttributes!.activityType!.name = 'dtune.other';
    await expect(Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history)).rejects.toThrow(
      /[Nn]ondeterminism/,
    );
  });
});
