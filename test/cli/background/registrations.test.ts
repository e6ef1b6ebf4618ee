import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  commandsOf,
  promotionsOf,
  register,
  registrations,
  runsElsewhere,
  unregister,
  type Registration,
} from '../../../cli/background/registrations.ts';
import type { PromotionSpec } from '../../../study/evaluation/spec.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dtune-registrations-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

it('keeps a study and a schedule of the same name apart', async () => {
  expect(await registrations(home)).toEqual([]);
  const study: Registration = { study: 'digits', command: ['a'], registeredAt: 1 };
  const schedule: Registration = { study: 'digits', schedule: true, command: null, earlier: [['a']], registeredAt: 2 };
  await register(home, study);
  await register(home, schedule);
  expect(await registrations(home)).toEqual([study, schedule]);
  await register(home, { ...schedule, registeredAt: 3 });
  expect(await registrations(home)).toEqual([study, { ...schedule, registeredAt: 3 }]);
  await unregister(home, { study: 'digits' });
  expect(await registrations(home)).toEqual([{ ...schedule, registeredAt: 3 }]);
  await unregister(home, { study: 'digits' });
  await unregister(home, { study: 'digits', schedule: true });
  expect(await registrations(home)).toEqual([]);
});

it('holds the commands that train and measure, where they are some', () => {
  const limits = { retries: 0, heartbeatMs: 1000 };
  const run = (...command: string[]) => ({ kind: 'command', command, cwd: '/', ...limits }) as const;
  const evaluate = { kind: 'function', function: 'f', ...limits } as const;
  expect(commandsOf({ trial: run('train') })).toEqual({ command: ['train'] });
  expect(commandsOf({ trial: { ...run('train'), evaluate } })).toEqual({ command: ['train'] });
  expect(commandsOf({ trial: { ...evaluate, evaluate: run('measure', 'it') } })).toEqual({
    command: null,
    evaluate: ['measure', 'it'],
  });
});

it('needs no worker of its own for trials that others run and measure', () => {
  const limits = { retries: 0, heartbeatMs: 1000 };
  const evaluate = { kind: 'function', function: 'f', ...limits } as const;
  expect(runsElsewhere({ trial: { kind: 'activity', activity: 'train', queue: 'gpu', ...limits } })).toBe(true);
  expect(runsElsewhere({ trial: { kind: 'activity', activity: 'train', queue: 'gpu', evaluate, ...limits } })).toBe(
    false,
  );
  const measured = { kind: 'activity' as const, activity: 'measure', queue: 'cpu', ...limits };
  const trained = { kind: 'workflow' as const, workflow: 'train', queue: 'gpu', ...limits };
  expect(runsElsewhere({ trial: { ...trained, evaluate: measured } })).toBe(true);
  expect(runsElsewhere({ trial: evaluate })).toBe(false);
});

it('holds the command that promotes, where it is one', () => {
  const promote = (action: PromotionSpec['action']): { promote: PromotionSpec } => ({
    promote: { action, timeoutMs: 1000, retries: 0 },
  });
  expect(promotionsOf(promote({ kind: 'command', command: ['./deploy', 'now'], cwd: '/' }))).toEqual([
    ['./deploy', 'now'],
  ]);
  expect(promotionsOf(promote({ kind: 'webhook', url: 'https://hooks.example.com' }))).toEqual([]);
  expect(promotionsOf({})).toEqual([]);
});
