import { describe, expect, it } from 'vitest';
import { createRegisteredRunner } from '../../../activities/runners/registered.ts';
import type { RunLimits } from '../../../activities/runners/runner.ts';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import { factsOf, limitsOf, recordEvents } from './harness.ts';

function run(
  functions: Record<string, TrialFunction<never>>,
  limits: Partial<RunLimits> = {},
  events = recordEvents(),
): Promise<unknown> {
  return createRegisteredRunner(functions)({ function: 'train' }, factsOf(), events, limitsOf(limits));
}

describe('a registered function', () => {
  it('receives the trial and may report, save and log', async () => {
    const events = recordEvents();
    const train: TrialFunction = ({
      params,
      report,
      saveCheckpoint,
      checkpointDirectory,
      log,
      split,
      signal,
      suggestFloat: _float,
      suggestInt: _int,
      suggestCategorical: _categorical,
      suggestBool: _bool,
      ...rest
    }) => {
      report(1, 0.5);
      saveCheckpoint('ckpt/1');
      log('half way');
      return { params, rest, aborted: signal.aborted, has: [typeof split, typeof checkpointDirectory] };
    };
    const { params: _, ...rest } = factsOf();
    expect(await run({ train }, {}, events)).toEqual({
      params: { lr: 0.01, model: { depth: 3 } },
      rest: { ...rest, budget: undefined, checkpoint: undefined, evaluation: undefined },
      has: ['function', 'function'],
      aborted: false,
    });
    expect([events.reports, events.checkpoints, events.logs]).toEqual([[[1, 0.5]], ['ckpt/1'], ['half way']]);
  });

  it('may say what its parameters are', async () => {
    const train: TrialFunction<{ readonly lr: number }> = ({ params }) => params.lr * 2;
    expect(await run({ train })).toBe(0.02);
  });

  it('fails by what it throws, at once or later, and by a report that is no number', async () => {
    const fail = (train: TrialFunction): Promise<unknown> => run({ train });
    await expect(
      fail(() => {
        throw new RangeError('lr too high');
      }),
    ).rejects.toThrow(/^RangeError: lr too high \(at .*registered\.test\.ts:\d+:\d+\)$/);
    await expect(
      fail(async () => {
        throw 'no';
      }),
    ).rejects.toThrow(/^threw 'no'$/);
    await expect(fail(({ report }) => report(2, NaN))).rejects.toThrow(
      /^the value reported at step 2 is NaN: expected a finite number$/,
    );
  });

  it('that this worker lacks is named, with those it has', async () => {
    await expect(run({ evaluate: () => 1, tune: () => 1 })).rejects.toThrow(
      `this worker has no function 'train': expected evaluate, tune`,
    );
    await expect(run({})).rejects.toThrow(`this worker has no function 'train': expected one to be registered`);
    await expect(
      createRegisteredRunner({})({ function: 'toString' }, factsOf(), recordEvents(), limitsOf()),
    ).rejects.toThrow(`this worker has no function 'toString'`);
  });

  it('is told to end by its signal, and what it returns then is its result', async () => {
    const abort = new AbortController();
    const train: TrialFunction = ({ signal }) => new Promise((done) => signal.addEventListener('abort', () => done(8)));
    const running = run({ train }, { signal: abort.signal });
    abort.abort();
    expect(await running).toBe(8);
  });

  it('is left behind if it has not ended after the grace', async () => {
    const train: TrialFunction = () => new Promise(() => {});
    await expect(run({ train }, { signal: AbortSignal.abort(), graceMs: 20 })).rejects.toThrow(
      `'train' did not end when it was told to`,
    );
  });

  it('has failed by its timeout, whether it ends then or not', async () => {
    const polite: TrialFunction = ({ signal }) =>
      new Promise((done) => signal.addEventListener('abort', () => done(8)));
    await expect(run({ train: polite }, { timeoutMs: 20 })).rejects.toThrow(/^ran longer than 20ms \(timeout\)$/);
    await expect(run({ train: () => new Promise(() => {}) }, { timeoutMs: 20, graceMs: 20 })).rejects.toThrow(
      /^ran longer than 20ms \(timeout\)$/,
    );
  });
});
