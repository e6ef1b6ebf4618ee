import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReportChannel, type ChannelTimes } from '../../../activities/reports/channel.ts';
import type { TrialReport } from '../../../study/scheduling.ts';
import { until } from '../runners/harness.ts';
import { FakeStudy, gate, gone, grpcError, updateFailure } from './fake-study.ts';

const AT_ONCE: ChannelTimes = { gap: 0, idleGap: 0, backoff: 1 };

const channelTo = (study: FakeStudy, times: Partial<ChannelTimes> = {}): ReportChannel =>
  new ReportChannel(study.client, { study: 'dtune/digits', firstRunId: 'run-1' }, { ...AT_ONCE, ...times });

const report = (number: number, step = 1): TrialReport => ({ number, attempt: 1, step, value: number / 2 });

const kinds = ({ tried }: FakeStudy): string[] => tried.map(({ kind }) => kind);

describe('a channel', () => {
  it('sends what is reported in one breath as one signal, to whichever run is current', async () => {
    const study = new FakeStudy();
    const channel = channelTo(study);
    const posted = [report(1), report(2), report(1, 2)].map((each) => channel.post(each));
    expect(await Promise.all(posted.map(({ arrival }) => arrival))).toEqual(['sent', 'sent', 'sent']);
    expect(study.heard).toEqual([
      { kind: 'signal', to: 'dtune/digits', firstRunId: 'run-1', reports: [report(1), report(2), report(1, 2)] },
    ]);
  });

  it('sends as nobody, so that no trial’s cancellation takes the reports of others with it', async () => {
    const study = new FakeStudy();
    const caller = new AsyncLocalStorage<string>();
    const callers: unknown[] = [];
    study.before = (_, tries) => {
      callers.push(caller.getStore());
      if (tries === 1) throw grpcError(14);
    };
    const channel = channelTo(study);
    await caller.run('a trial', () => channel.post(report(1)).arrival);
    await caller.run('another', () => channel.post(report(2), true).arrival);
    expect(callers).toEqual([undefined, undefined, undefined]);
  });

  it('has one message on its way, and sends what comes meanwhile with the next', async () => {
    const study = new FakeStudy();
    const first = gate();
    study.before = (_, tries) => tries === 1 && first.opened;
    const channel = channelTo(study);
    const sent = channel.post(report(1)).arrival;
    await until('the first is on its way', () => study.tried.length === 1);
    for (let number = 2; number <= 500; number++) channel.post(report(number));
    const last = channel.post(report(501)).arrival;
    first.open();
    await Promise.all([sent, last]);
    expect(study.heard.map(({ reports }) => reports.length)).toEqual([1, 500]);
    expect(study.reports.map(({ number }) => number)).toEqual(Array.from({ length: 501 }, (_, i) => i + 1));
    expect(study.most).toBe(1);
  });

  it('sends at most 1,000 reports in a message', async () => {
    const study = new FakeStudy();
    const channel = channelTo(study);
    const posted = Array.from({ length: 2500 }, (_, number) => channel.post(report(number)));
    await posted.at(-1)!.arrival;
    expect(study.heard.map(({ reports }) => reports.length)).toEqual([1000, 1000, 500]);
  });

  it('waits between messages, unless somebody waits for one', async () => {
    const study = new FakeStudy();
    const channel = channelTo(study, { idleGap: 3_600_000 });
    await channel.post(report(1)).arrival;
    const later = channel.post(report(2));
    const asked = channel.post(report(3), true);
    expect(await Promise.all([later.arrival, asked.arrival])).toEqual(['go on', 'go on']);
    const alone = channel.post(report(4));
    channel.ask(alone);
    expect(await alone.arrival).toBe('go on');
    const last = channel.post(report(5));
    await channel.flush([last], 3_600_000);
    expect(kinds(study)).toEqual(['signal', 'update', 'update', 'signal']);
  });

  it('asks for verdicts by an update, in which reports ride along that nobody waits for', async () => {
    const study = new FakeStudy();
    study.verdict = ({ number }) => (number === 2 ? 'prune' : 'go on');
    const channel = channelTo(study);
    const posted = [channel.post(report(1)), channel.post(report(2), true), channel.post(report(3))];
    expect(await Promise.all(posted.map(({ arrival }) => arrival))).toEqual(['go on', 'prune', 'go on']);
    expect(study.heard).toMatchObject([{ kind: 'update', reports: [report(1), report(2), report(3)] }]);
  });

  it('repeats a message until it arrives, whatever limit of the server was in its way', async () => {
    const study = new FakeStudy();
    const errors = [grpcError(14), grpcError(8), grpcError(4), grpcError(9), grpcError(3), new Error('socket hang up')];
    study.before = (_, tries) => {
      if (errors[tries - 1]) throw errors[tries - 1];
    };
    expect(await channelTo(study).post(report(1)).arrival).toBe('sent');
    expect(study.heard).toHaveLength(1);
    expect(study.tried).toHaveLength(7);
  });

  it('repeats an update under its id, over lost answers and runs that have continued as new', async () => {
    const study = new FakeStudy();
    study.verdict = () => 'prune';
    const errors = [
      grpcError(8),
      updateFailure('AcceptedUpdateCompletedWorkflow'),
      updateFailure('UnprocessedUpdate'),
      gone(),
    ];
    study.after = (_, tries) => {
      if (errors[tries - 1]) throw errors[tries - 1];
    };
    expect(await channelTo(study).post(report(1), true).arrival).toBe('prune');
    expect(study.tried).toHaveLength(5);
    expect(new Set(study.tried.map(({ updateId }) => updateId)).size).toBe(1);
  });

  it('asks in the repetition for what was asked for after the first try', async () => {
    const study = new FakeStudy();
    study.before = (_, tries) => {
      if (tries > 1) return;
      channel.ask(posted);
      throw grpcError(14);
    };
    const channel = channelTo(study);
    const posted = channel.post(report(1));
    expect(await posted.arrival).toBe('go on');
    expect(kinds(study)).toEqual(['signal', 'update']);
  });

  it.each([false, true])('gives up quietly when the study is gone (asked: %s)', async (asked) => {
    const study = new FakeStudy();
    study.isOpen = false;
    const channel = channelTo(study);
    expect(await channel.post(report(1), asked).arrival).toBe('lost');
    expect(study.tried).toHaveLength(1);
  });

  it('gives up an update that the study itself refuses', async () => {
    const study = new FakeStudy();
    study.after = () => {
      throw updateFailure('StudyDefinitionError');
    };
    expect(await channelTo(study).post(report(1), true).arrival).toBe('lost');
    expect(study.tried).toHaveLength(1);
  });

  it('gives up what is not sent in time, and goes on with the rest under another id', async () => {
    const study = new FakeStudy();
    let isAway = true;
    study.before = () => {
      if (isAway) throw grpcError(14);
    };
    const channel = channelTo(study);
    const [first, second] = [channel.post(report(1), true), channel.post(report(2), true)];
    await until('it has been tried', () => study.tried.length > 0);
    const third = channel.post(report(3));
    await channel.flush([first, third], 1);
    expect(await Promise.all([first.arrival, third.arrival])).toEqual(['lost', 'lost']);
    isAway = false;
    expect(await second.arrival).toBe('go on');
    expect(study.reports).toEqual([report(2)]);
    expect(study.heard[0]!.updateId).not.toBe(study.tried[0]!.updateId);
    // nothing is left to repeat
    await until('it has nothing to send', () => channel.isIdle);
  });

  it('is idle once it has no users and nothing to send', async () => {
    const study = new FakeStudy();
    const channel = channelTo(study);
    const leave = channel.use();
    expect(channel.isIdle).toBe(false);
    const { arrival } = channel.post(report(1));
    leave();
    expect(channel.isIdle).toBe(false);
    await arrival;
    await until('it is idle', () => channel.isIdle);
  });

  it('hands every report over once, each trial’s in its order, whatever fails on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ number: fc.nat(4), asked: fc.boolean(), pause: fc.boolean() }), { maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 10 }),
        async (made, failures) => {
          const study = new FakeStudy();
          study.before = (_, tries) => {
            if (failures[tries - 1]) throw grpcError(14);
          };
          const channel = channelTo(study, { backoff: 0 });
          const arrivals = [];
          for (const [step, { number, asked, pause }] of made.entries()) {
            arrivals.push(channel.post(report(number, step), asked).arrival);
            if (pause) await new Promise(setImmediate);
          }
          for (const [i, arrival] of (await Promise.all(arrivals)).entries())
            expect(made[i]!.asked ? ['go on'] : ['go on', 'sent']).toContain(arrival);
          expect(study.reports).toEqual(made.map(({ number }, step) => report(number, step)));
          expect(study.most).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 4, numRuns: 60 },
    );
  });
});
