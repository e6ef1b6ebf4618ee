import { describe, expect, it } from 'vitest';
import { runFunctionProcess } from '../../../activities/runners/function-process.ts';
import type { TrialEvents } from '../../../activities/runners/runner.ts';
import { awaitable, waitForVerdict } from '../../../activities/runners/verdict.ts';
import { TrialPrunedError } from '../../../study/errors.ts';
import type { ReportVerdict } from '../../../study/scheduling.ts';
import { factsOf, fileOf, limitsOf, recordEvents } from './harness.ts';

const never = (): Promise<ReportVerdict> => new Promise(() => {});
const judged = (verdict: TrialEvents['verdict'] & {}): TrialEvents => ({ ...recordEvents(), verdict });

describe('awaitable', () => {
  it('does what it is of once it is awaited, and only once', async () => {
    let runs = 0;
    const it = awaitable(async () => void runs++);
    await new Promise(setImmediate);
    expect(runs).toBe(0);
    await it;
    await Promise.all([it, it]);
    expect(runs).toBe(1);
  });

  it('rejects for everybody who awaits it, and nobody else hears of it', async () => {
    const failing = (): PromiseLike<void> => awaitable(() => Promise.reject(new Error('no')));
    failing();
    const awaited = failing();
    await expect(awaited).rejects.toThrow('no');
    await expect(awaited).rejects.toThrow('no');
  });
});

describe('waitForVerdict', () => {
  const signal = new AbortController().signal;

  it('goes on where the study says so, or has nothing to say', async () => {
    await waitForVerdict(
      judged(async () => 'go on'),
      3,
      signal,
    );
    await waitForVerdict(recordEvents(), 3, signal);
  });

  it('throws where the study prunes the trial', async () => {
    const pruned = waitForVerdict(
      judged(async () => 'prune'),
      3,
      signal,
    );
    await expect(pruned).rejects.toThrow(new TrialPrunedError('the study has pruned this trial at step 3'));
  });

  it('throws at once where the trial is told to end, before or while it waits', async () => {
    const abort = new AbortController();
    const ended = new TrialPrunedError('this trial was told to end at step 3');
    const waiting = waitForVerdict(judged(never), 3, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toThrow(ended);
    await expect(
      waitForVerdict(
        judged(async () => 'go on'),
        3,
        abort.signal,
      ),
    ).rejects.toThrow(ended);
  });
});

describe('a function of a module', () => {
  const run = (text: string, events: TrialEvents, timeoutMs?: number): Promise<unknown> =>
    runFunctionProcess(
      { function: 'train', module: fileOf('trials.mjs', `export const train = ${text}`) },
      factsOf(),
      events,
      limitsOf({ ...(timeoutMs !== undefined && { timeoutMs }) }),
    );

  it('may wait for several verdicts at once, of one step too', async () => {
    const asked: number[] = [];
    const events = judged(async (step) => {
      asked.push(step);
      return step === 2 ? 'prune' : 'go on';
    });
    const text = `async ({ report }) => {
      const all = [report(1, 0), report(2, 0), report(1, 0), report(2, 0), report(3, 0)];
      const settled = await Promise.allSettled(all.slice(0, 4));
      return { value: 1, attributes: { settled: settled.map(({ status, reason }) => reason?.name ?? status) } };
    }`;
    expect(await run(text, events)).toMatchObject({
      attributes: { settled: ['fulfilled', 'TrialPrunedError', 'fulfilled', 'TrialPrunedError'] },
    });
    expect(new Set(asked)).toEqual(new Set([1, 2]));
  });

  it('that waits is ended by its timeout like any other', async () => {
    const waits = run('async ({ report }) => { await report(1, 0); return 1 }', judged(never), 3000);
    await expect(waits).rejects.toThrow('ran longer than 3s (timeout)');
  });
});
