/** A study that judges trials of somebody else's activity while their workers are lost: verdicts by update, attempts again, all replayed. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trialQueue, UPDATES } from '../../study/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { WireTrial } from '../../study/trial/wire.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

/** Its trials wait for a verdict at each of four steps; the first attempts are lost on the way. */
class Judged extends World {
  override activities(): ReturnType<World['activities']> {
    return { ...super.activities(), train: this.train.bind(this) as never };
  }

  private async train({ number, attempt, workflow, firstRunId, params }: WireTrial): Promise<unknown> {
    const { client, heartbeat } = Context.current();
    const study = client.workflow.getHandle(workflow);
    for (let step = 1; step <= 4; step++) {
      const report = { number, attempt, step, value: Number(params['x']) + 1 / step };
      const [verdict] = await study.executeUpdate<string[], [object]>(UPDATES.judge, {
        args: [{ firstRunId, reports: [report] }],
      });
      if (verdict === 'prune') throw new Error('pruned');
      if (attempt === 1 && step === 1 + (number % 3)) {
        if (number % 2 === 0) heartbeat({ steps: step, checkpoint: String(step) });
        throw ApplicationFailure.create({
          message: 'shut down',
          type: 'TransientError',
          details: number % 2 ? [] : [{ steps: step, checkpoint: 'c' }],
        });
      }
    }
    return params['x'];
  }
}

const study = (name: string): StudyDefinition =>
  definitionOf({
    name,
    trial: { kind: 'activity', activity: 'train', queue: trialQueue(name), retries: 0, heartbeatMs: 10_000 },
    scheduler: { name: 'median', options: { startup: 3, warmup: 1 } } as never,
    parallel: 3,
    order: 'trial',
    stop: { trials: 12, maxFailures: 12 },
  });

it('is judged and repeated alike with nothing cached, so that each step replays all before it', async () => {
  const ended = await harness.run(study('judged'), new Judged(), { worker: { maxCachedWorkflows: 0 } });
  expect(ended.status.status).toBe('complete');
  expect(ended.status.counts.pruned).toBeGreaterThan(0);
});
