/** Studies judged and promoted as a user has them: from a study file, by the built command. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyStatus } from '../../study/contract.ts';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
});
afterAll(() => desk.close());

const examples = join(import.meta.dirname, '../../examples');
const statusOf = async (name: string): Promise<StudyStatus> =>
  JSON.parse((await desk.run('status', name, '--json')).stdout) as StudyStatus;

describe('a model of one class that wins by accuracy', () => {
  it('is warned of, and not promoted', async () => {
    const ran = await desk.run('run', join(examples, 'fraud/study.yaml'), '--json');
    expect(ran.code).toBe(0);
    const { evaluation } = JSON.parse(ran.stdout) as StudyStatus;
    const { verdict, warnings, scores } = evaluation!.judgement!;
    expect(scores['accuracy']!.challenger).toBeGreaterThan(0.985);
    expect(scores['accuracy']!.challenger).toBeGreaterThan(scores['accuracy']!.champion!);
    expect(scores['balancedAccuracy']!.challenger).toBeLessThan(scores['balancedAccuracy']!.champion!);
    expect(verdict.decision).not.toBe('promote');
    expect(warnings.filter(({ blocks }) => blocks).map(({ guard }) => guard)).toEqual(
      expect.arrayContaining(['imbalance', 'costs']),
    );
    expect(evaluation!.promotion).toBeUndefined();
    expect(existsSync(join(examples, 'fraud/deployed.json'))).toBe(false);
    const told = await desk.run('verdict', 'fraud');
    expect([3, 4]).toContain(told.code);
    expect(told.stdout).toMatch(/warning +imbalance \(blocks a promotion\)/);
    const page = join(desk.folder, 'fraud.html');
    expect(await desk.run('report', 'fraud', '-o', page)).toMatchObject({ code: 0 });
    expect(await readFile(page, 'utf8')).toMatch(/imbalance[^]*fraud/);
  });
});

describe('a promotion that asks for a person', () => {
  const study = (name: string, approval: string): object => ({
    name,
    space: { x: { float: [0, 1] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'loss', module: './loss.mjs' },
    stop: { trials: 4 },
    seed: 3,
    evaluate: { test: 'own', repeats: 6, baseline: { x: 0.99 } },
    promote: { command: ['node', 'deploy.mjs', name], approval },
  });
  beforeAll(async () => {
    await desk.file('loss.mjs', 'export const loss = ({ params: { x }, seed }) => x * x + (seed % 97) * 1e-5;');
    await desk.file(
      'deploy.mjs',
      "import { appendFileSync } from 'node:fs'; appendFileSync(process.argv[2], process.env.DTUNE_PROMOTION + '\\n');",
    );
  });

  it.each([
    ['approve', 'done', ['approve', 'approved', '--who', 'ann', '--why', 'looks right']],
    ['reject', 'rejected', ['reject', 'rejected', '--why', 'not on a Friday']],
  ] as const)('waits, and `dtune %s` ends it %s', async (_verb, state, args) => {
    const name = args[1];
    const running = desk.start('run', await desk.file(`${name}.json`, study(name, '1h')), '--json');
    while ((await statusOf(name).catch(() => undefined))?.evaluation?.promotion?.state !== 'waiting for approval')
      await delay(200);
    expect(existsSync(join(desk.folder, name))).toBe(false);
    expect((await desk.run('verdict', name)).stdout).toContain(`waits for approval until`);
    expect(await desk.run(...args)).toMatchObject({ code: 0 });
    const { code, stdout } = await running.done;
    expect(code).toBe(0);
    const { evaluation } = JSON.parse(stdout) as StudyStatus;
    expect(evaluation).toMatchObject({ phase: 'over', promotion: { state } });
    expect(existsSync(join(desk.folder, name))).toBe(state === 'done');
    if (state === 'done') {
      const facts = JSON.parse(await readFile(join(desk.folder, name), 'utf8')) as object;
      expect(facts).toMatchObject({ study: name, approvedBy: 'ann', verdict: { decision: 'promote' } });
      expect((await desk.run('verdict', name)).code).toBe(0);
    }
    const late = await desk.run(...args);
    expect(late.code).not.toBe(0);
  });
});
