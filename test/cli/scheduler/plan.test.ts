import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planCommand } from '../../../cli/commands/plan.ts';
import { totalsOf } from '../../../cli/scheduler/plan.ts';
import { schedulerByName, schedulerOptions } from '../../../schedulers/registry.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plan-'))));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function plan(more: object, ...flags: string[]): Promise<string> {
  const file = join(folder, 'study.json');
  writeFileSync(join(folder, 'trial.mjs'), '');
  const study = {
    name: 'planned',
    space: { x: { float: [0, 1] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'train', module: 'trial.mjs' },
    ...more,
  };
  writeFileSync(file, JSON.stringify(study));
  const out: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  await planCommand()
    .exitOverride()
    .parseAsync([file, ...flags], { from: 'user' });
  return out.join('');
}

const totals = (name: string, options = {}): ReturnType<typeof totalsOf> => {
  const scheduler = schedulerByName(name);
  if (scheduler.form !== 'halving') throw new Error(`${name} has no plan`);
  return totalsOf(scheduler.plan(schedulerOptions(scheduler, options)));
};

describe('dtune plan', () => {
  it('shows brackets, trials and what is trained in all', async () => {
    expect(await plan({ scheduler: { hyperband: { max: 9 } } })).toBe(
      [
        'bracket  rung 0  rung 1  rung 2',
        '0        9 to 1  3 to 3  1 to 9',
        '1        5 to 3  1 to 9',
        '2        3 to 9',
        '17 trials, 69 of budget in all, as much as 7.66667 complete trials',
        '',
      ].join('\n'),
    );
  });

  it('gives the same as JSON', async () => {
    expect(JSON.parse(await plan({ scheduler: { hyperband: { max: 3 } } }, '--json'))).toEqual({
      brackets: [
        {
          bracket: 0,
          rungs: [
            { to: 1, trials: 3 },
            { to: 3, trials: 1 },
          ],
        },
        { bracket: 1, rungs: [{ to: 3, trials: 2 }] },
      ],
      trials: 5,
      resource: 11,
      complete: 11 / 3,
    });
  });

  it('counts trials that go on once, and those that start anew again', () => {
    // 81 + 27 * 2 + 9 * 6 + 3 * 18 + 54
    expect(totals('successive-halving')).toEqual({ trials: 81, resource: 297, complete: 297 / 81 });
    // 9 + 3 * 2 + 6; 3 * 3 + 9; 3 * 9
    expect(totals('dehb', { max: 9 })).toEqual({ trials: 9 + 4 + 3, resource: 21 + 18 + 27, complete: 66 / 9 });
  });

  it('says when a study ends before its plan, and when there is none', async () => {
    expect(await plan({ scheduler: 'hyperband', stop: { trials: 100 } })).toMatch(
      /stop.trials is 100: the study ends before/,
    );
    expect(await plan({ scheduler: 'hyperband', stop: { trials: 143 } })).not.toMatch(/ends before/);
    expect(await plan({ scheduler: 'asha', stop: { trials: 100 } })).toMatch(/trials start as slots get free/);
    await expect(plan({ stop: { trials: 3 } })).rejects.toThrow(/has no scheduler/);
  });
});
