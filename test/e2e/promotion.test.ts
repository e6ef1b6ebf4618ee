/** A study as a user has it, whose home's worker is killed while the command promotes. */
import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runsIn, WRITE_DOWN } from '../activities/promotion/rig.ts';
import { until } from '../activities/runners/harness.ts';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
});
afterAll(() => desk.close());

describe.skipIf(process.platform !== 'linux')("a home's worker that is killed while its command promotes", () => {
  it('is replaced, and the command has run once', async () => {
    const program = await desk.file('deploy.sh', `#!/bin/sh\n${WRITE_DOWN}\nsleep 3\necho deployed\n`);
    await chmod(program, 0o755);
    await desk.file(
      'train.mjs',
      `import { readFileSync } from 'node:fs';
      const { params, seed } = JSON.parse(readFileSync(0, 'utf8'));
      console.log(JSON.stringify({ value: (params.x - 0.3) ** 2 + (seed % 97) * 1e-5 }));`,
    );
    const file = await desk.file('study.json', {
      name: 'promoted',
      space: { x: { float: [0, 1] } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { command: ['node', 'train.mjs'] },
      stop: { trials: 4 },
      seed: 3,
      enqueue: [{ x: 0.99, baseline: true }],
      evaluate: { test: 'own', repeats: 10 },
      promote: { command: ['./deploy.sh'] },
    });
    expect(await desk.run('run', file, '--detach')).toMatchObject({ code: 0 });
    await until('the command runs', () => runsIn(desk.folder).length > 0, 60_000);
    process.kill((await desk.workerPid())!, 'SIGKILL');
    expect(await desk.run('watch', 'promoted')).toMatchObject({ code: 0 });
    const { stdout } = await desk.run('status', 'promoted', '--json');
    const { evaluation } = JSON.parse(stdout) as { evaluation: { promotion: { key: string } } };
    expect(evaluation.promotion).toMatchObject({ state: 'done', output: 'deployed' });
    expect(runsIn(desk.folder)).toMatchObject([{ key: evaluation.promotion.key, attempt: 1 }]);
  });
});
