import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
});
afterAll(() => desk.close());

/** What a trial does, and what its row says of it. */
const CASES: readonly [does: string, reason: string][] = [
  ['print(\'{"value": NaN}\')', 'NaN'],
  ['print(\'{"value": Infinity}\')', 'Infinity'],
  ['print(\'{"value": null}\')', 'null'],
  ['print(\'{"value": "0.97"}\')', '"0.97"'],
  ['print(\'{"value": true}\')', 'true'],
  ['print(\'{"loss": 1}\')', 'loss'],
  ['print(\'{"value": 1, "attributes": {"big": "\' + "x" * 20000 + \'"}}\')', '16384'],
  ['print("x" * 3000000)', 'line'],
  ['print("all done, loss 0.3")', 'result'],
  ['pass', 'result'],
  ['sys.stderr.write("CUDA out of memory\\n"); sys.exit(3)', 'CUDA out of memory'],
  ['os.kill(os.getpid(), 9)', 'SIGKILL'],
  ['time.sleep(60)', 'timeout'],
];

describe('a trial that ends badly', () => {
  it('is a failed trial that says why, and the study goes on', async () => {
    const program = `import json, os, sys, time\ntrial = json.load(sys.stdin)\nexec(trial["params"]["does"])\n`;
    await desk.file('bad.py', program);
    const good = 'print(\'{"value": 1}\')';
    const file = await desk.file('bad.json', {
      name: 'bad',
      space: { does: { choice: [...CASES.map(([does]) => does), good] } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { command: ['python3', 'bad.py'], timeout: '3s' },
      sampler: 'random',
      stop: { trials: 1, maxFailures: 50 },
      seed: 1,
      enqueue: [...CASES.map(([does]) => ({ does })), { does: good }],
      parallel: 4,
      order: 'trial',
    });
    const { code, stdout } = await desk.run('run', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'complete', best: { values: { loss: 1 } } });
    const rows = (await desk.run('trials', 'bad', '--json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TrialRecord);
    for (const [i, [, reason]] of CASES.entries()) {
      expect(rows[i]).toMatchObject({ state: 'failed', values: null });
      expect(rows[i].reason).toContain(reason);
      expect(rows[i].reason!.length).toBeLessThanOrEqual(3000);
    }
    expect(rows[CASES.length]).toMatchObject({ state: 'complete', values: { loss: 1 } });
  }, 180_000);
});
