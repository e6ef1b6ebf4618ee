/** Promotions by the activity of the workers, called by the study on the real server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createStudyActivities } from '../../activities/index.ts';
import { ACTIVITIES, UPDATES, type StudyStatus } from '../../study/contract.ts';
import type { PromotionFacts } from '../../study/evaluation/contract.ts';
import type { PromotionSpec } from '../../study/evaluation/spec.ts';
import type { EditRequest } from '../../study/ledger/edits.ts';
import { leftIn, runsIn, sh, WRITE_DOWN } from '../activities/promotion/rig.ts';
import { temporaryFolder, until } from '../activities/runners/harness.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

/** Runs a study that promotes its best by this action. */
async function run(
  name: string,
  artifacts: string,
  action: PromotionSpec['action'],
  during?: (handle: WorkflowHandle) => Promise<unknown>,
): Promise<StudyStatus> {
  const world = new World();
  const allowPromotion = (): boolean => true;
  world.promote = createStudyActivities({ artifacts, allowPromotion })[ACTIVITIES.promote] as typeof world.promote;
  const definition = definitionOf({
    name,
    stop: { trials: 3, maxFailures: 1 },
    enqueue: [{ params: { x: 0.9, y: 1 }, baseline: true }],
    evaluate: {
      test: { kind: 'own' },
      metrics: [],
      minimumEffect: 0,
      alpha: 0.05,
      repeats: 1,
      guards: { off: [], imbalance: 0.8, gap: { above: 0.1, as: 'warning' }, bound: 0.01 },
      seed: 7,
      look: 1,
    },
    promote: { action, timeoutMs: 60_000, retries: 1 },
  });
  const engine = { heartbeatMs: 1000 };
  const { status } = await harness.run(definition, world, { engine, ...(during && { during }) });
  return status;
}

describe.skipIf(process.platform !== 'linux')('a study that promotes by a command', () => {
  it('repeats it when it fails by itself, under the same key, and keeps its last words', async () => {
    const folder = temporaryFolder();
    const script = `${WRITE_DOWN}; test $DTUNE_ATTEMPT = 2 || exit 3; echo deployed`;
    const status = await run('by-command', folder, { kind: 'command', command: sh(script), cwd: folder });
    expect(status.evaluation?.promotion).toMatchObject({ state: 'done', output: 'deployed' });
    const { key } = status.evaluation!.promotion!;
    expect(runsIn(folder)).toMatchObject([
      { key, attempt: 1 },
      { key, attempt: 2 },
    ]);
  });

  it('says why it failed in the end', async () => {
    const folder = temporaryFolder();
    const action = { kind: 'command', command: sh('echo no such registry; exit 3'), cwd: folder } as const;
    const { evaluation } = await run('failing', folder, action);
    expect(evaluation?.promotion?.state).toBe('failed');
    expect(evaluation?.promotion?.output).toMatch(/: ended with exit code 3; its last words were:\nno such registry$/);
  });

  it('ends it with all it started when the study is stopped at once', async () => {
    const folder = temporaryFolder();
    const action = { kind: 'command', command: sh(`${WRITE_DOWN}; sleep 1000 & wait`), cwd: folder } as const;
    const status = await run('stopped', folder, action, async (handle) => {
      await until('the command runs', () => runsIn(folder).length === 1);
      const stop: EditRequest = { requestId: 'stop', who: 'ann', why: 'not today', edit: { kind: 'stop', now: true } };
      await handle.executeUpdate(UPDATES.edit, { args: [stop] });
    });
    expect(status.evaluation).toMatchObject({ phase: 'over', reason: 'not today' });
    expect(runsIn(folder)).toHaveLength(1);
    await until('nothing is left running', () => leftIn(folder).length === 0);
  });
});

describe('a study that promotes by a webhook', () => {
  it('sends it again as often as the receiver wants, under one key', async () => {
    const keys: unknown[] = [];
    const bodies: PromotionFacts[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        keys.push(request.headers['idempotency-key']);
        bodies.push(JSON.parse(text) as PromotionFacts);
        if (keys.length < 3) response.writeHead(503, { 'retry-after': '1' }).end('not yet');
        else response.end('deployed');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const action = { kind: 'webhook', url: `http://127.0.0.1:${port}/promote` } as const;
    const status = await run('by-webhook', temporaryFolder(), action);
    const { key } = status.evaluation!.promotion!;
    expect(status.evaluation?.promotion).toMatchObject({ state: 'done', output: 'deployed' });
    expect(keys).toEqual([key, key, key]);
    expect(bodies[0]).toMatchObject({ idempotencyKey: key, study: 'by-webhook', params: status.best!.params });
  });
});
