/** What an attempt asks of its study, which answers as the test says: no server. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { openParameters, type Suggest } from '../../../activities/by-run/attempt-parameters.ts';
import { Progress } from '../../../activities/runners/progress.ts';
import type { ParameterAnswer, ParameterAsk, ParameterAsks } from '../../../study/trial/by-run.ts';
import { UPDATES, type TrialRequest } from '../../../study/contract.ts';
import { TrialFailedError, TrialPrunedError } from '../../../study/errors.ts';
import { grpcError, updateFailure } from '../reports/fake-study.ts';
import { trialRequest } from '../trial-request.ts';

const request = trialRequest({
  suggested: [{ name: 'known', value: 3, domain: { kind: 'int', low: 1, high: 5, scale: 'linear' } }],
});

class Study {
  readonly messages: ParameterAsks[] = [];
  isOpen = true;
  answer: (ask: ParameterAsk, tries: number) => ParameterAnswer = () => ({ value: 0.5 });
  before: (tries: number) => void = () => {};

  readonly client = {
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
    workflow: {
      getHandle: () => ({
        executeUpdate: async (name: string, { args }: { args: [ParameterAsks] }) => {
          expect(name).toBe(UPDATES.suggest);
          this.before(this.messages.push(args[0]));
          return args[0].asks.map((ask) => this.answer(ask, this.messages.length));
        },
        describe: async () => {
          if (!this.isOpen) throw new WorkflowNotFoundError('gone', 'dtune/digits', undefined);
          return { status: { name: 'RUNNING' }, raw: { workflowExecutionInfo: { firstRunId: 'run-1' } } };
        },
      }),
    },
  } as unknown as Client;

  suggest(changes: Partial<TrialRequest> = {}, progress = new Progress(1, undefined), signal?: AbortSignal): Suggest {
    return openParameters(
      () => this.client,
      { ...request, ...changes },
      progress,
      signal ?? new AbortController().signal,
    )!;
  }
}

const LR = { float: [0, 1] } as const;

describe('a parameter that an attempt asks for', () => {
  it('is asked of the study until it is known, and once', async () => {
    const study = new Study();
    study.answer = (_, tries) => (tries < 3 ? { wait: true } : { value: 0.25 });
    const suggest = study.suggest();
    expect(await suggest('lr', LR)).toBe(0.25);
    expect(study.messages).toHaveLength(3);
    expect(study.messages[0]).toEqual({ firstRunId: 'run-1', asks: [{ number: 4, name: 'lr', parameter: LR }] });
    expect(await suggest('lr', LR)).toBe(0.25);
    expect(study.messages).toHaveLength(3);
  });

  it('goes in one message with all that is asked for in the same breath, by other trials too', async () => {
    const study = new Study();
    study.answer = ({ number, name }) => ({ value: `${number} ${name}` });
    const [one, other] = [study.suggest(), study.suggest({ number: 5 })];
    expect(await Promise.all([one('a', LR), one('b', LR), other('a', LR)])).toEqual(['4 a', '4 b', '5 a']);
    expect(study.messages).toHaveLength(1);
  });

  it('is told with the last step that was reported before', async () => {
    const study = new Study();
    const progress = new Progress(1, undefined);
    progress.report([3, 0.5]);
    await study.suggest({}, progress)('lr', LR);
    expect(study.messages[0]!.asks[0]!.step).toBe(3);
  });

  it('is not asked for where the request knows it', async () => {
    const study = new Study();
    expect(await study.suggest()('known', { int: [1, 5] })).toBe(3);
    expect(study.messages).toEqual([]);
  });

  it('is asked for again where a message is lost', async () => {
    const study = new Study();
    study.before = (tries) => {
      if (tries === 1) throw grpcError(14);
      if (tries === 2) throw updateFailure('UnprocessedUpdate');
      if (tries === 3) throw new WorkflowNotFoundError('between two runs', 'dtune/digits', undefined);
    };
    expect(await study.suggest()('lr', LR)).toBe(0.5);
    expect(study.messages).toHaveLength(4);
  });

  it('fails the trial in words where it is refused, by the study or by what it is', async () => {
    const study = new Study();
    study.answer = () => ({ refused: 'no such thing' });
    await expect(study.suggest()('lr', LR)).rejects.toThrow(new TrialFailedError('no such thing'));
    await expect(study.suggest()('lr', { float: [1, 0] })).rejects.toThrow(TrialFailedError);
    study.before = () => {
      throw updateFailure('there is no such update');
    };
    await expect(study.suggest()('lr', LR)).rejects.toThrow(new TrialFailedError('there is no such update'));
  });

  it('never comes where the trial has ended, its study is gone, or it is told to end', async () => {
    const study = new Study();
    study.answer = () => ({ ended: true });
    await expect(study.suggest()('lr', LR)).rejects.toThrow(TrialPrunedError);
    const abort = new AbortController();
    study.answer = () => ({ wait: true });
    const waiting = study.suggest({}, new Progress(1, undefined), abort.signal)('lr', LR);
    abort.abort();
    await expect(waiting).rejects.toThrow(TrialPrunedError);
    study.isOpen = false;
    study.before = () => {
      throw new WorkflowNotFoundError('gone', 'dtune/digits', undefined);
    };
    await expect(study.suggest()('lr', LR)).rejects.toThrow(TrialPrunedError);
  });

  it('is that of the candidate in a final test, which asks nobody', async () => {
    const study = new Study();
    const test = { phase: 'test', suggested: [{ name: 'lr', value: 0.1 }] } as const;
    expect(await study.suggest(test)('lr', LR)).toBe(0.1);
    await expect(study.suggest(test)('lr', { float: [0.5, 1] })).rejects.toThrow(
      'lr is 0.1 in the trial that is tested, and now as a number from 0.5 to 1',
    );
    await expect(study.suggest(test)('momentum', LR)).rejects.toThrow('momentum was never asked for in the trial');
    expect(study.messages).toEqual([]);
  });

  it('is none of a study that is not define-by-run', () => {
    const { suggested: _none, ...plain } = request;
    const never = (): never => {
      throw new Error('nobody should ask for a client');
    };
    expect(openParameters(never, plain, new Progress(1, undefined), new AbortController().signal)).toBeUndefined();
  });
});
