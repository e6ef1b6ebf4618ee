import { describe, expect, it } from 'vitest';
import { AttemptReports, openReports } from '../../../activities/reports/attempt-reports.ts';
import { ReportChannel } from '../../../activities/reports/channel.ts';
import type { TrialRequest } from '../../../study/contract.ts';
import { until } from '../runners/harness.ts';
import { FakeStudy, gate, grpcError } from './fake-study.ts';
import { trialRequest } from '../trial-request.ts';

function attemptOf(study: FakeStudy, idleGap = 0): AttemptReports {
  const address = { study: 'dtune/digits', firstRunId: 'run-1' };
  const channel = new ReportChannel(study.client, address, { gap: 0, idleGap, backoff: 1 });
  return new AttemptReports(channel, 4, 2);
}

const request = trialRequest({ crossings: { at: [1, 3, 9] } });

describe('the reports of an attempt', () => {
  it('go to the study with the number of trial and attempt', async () => {
    const study = new FakeStudy();
    const reports = attemptOf(study);
    for (const step of [1, 3, 9]) reports.report([step, -step]);
    await reports.close();
    expect(study.reports).toEqual([1, 3, 9].map((step) => ({ number: 4, attempt: 2, step, value: -step })));
  });

  it('are asked about where somebody waits, and at once where the study is not asked', async () => {
    const study = new FakeStudy();
    study.verdict = ({ step }) => (step === 3 ? 'prune' : 'go on');
    const reports = attemptOf(study);
    reports.report([1, 1]);
    expect(await reports.verdict(1)).toBe('go on');
    expect(await reports.verdict(2)).toBe('go on');
    expect(await reports.verdict(17)).toBe('go on');
    expect(study.heard.map(({ kind }) => kind)).toEqual(['update']);
    reports.report([3, 1]);
    expect(await reports.verdict(3)).toBe('prune');
    // what is pruned stays pruned
    expect(await reports.verdict(4)).toBe('prune');
    expect(study.heard).toHaveLength(2);
  });

  it('are sent once more where somebody waits only after they were sent', async () => {
    const study = new FakeStudy();
    study.verdict = () => 'prune';
    const reports = attemptOf(study);
    const arrives = gate();
    study.before = () => arrives.opened;
    reports.report([1, 1]);
    await until('it is on its way', () => study.tried.length === 1);
    const verdicts = [reports.verdict(1), reports.verdict(1)];
    arrives.open();
    expect(await Promise.all(verdicts)).toEqual(['prune', 'prune']);
    expect(study.heard[0]!.kind).toBe('signal');
    expect(new Set(study.reports.map(({ step }) => step))).toEqual(new Set([1]));
  });

  it('arrive before it ends, however long they would have waited otherwise', async () => {
    const study = new FakeStudy();
    const reports = attemptOf(study, 3_600_000);
    reports.report([1, 1]);
    await until('the first is sent', () => study.heard.length === 1);
    reports.report([3, 1]);
    await reports.close();
    reports.report([9, 1]);
    expect(study.reports.map(({ step }) => step)).toEqual([1, 3]);
    await reports.close();
    expect(study.heard).toHaveLength(2);
  });

  it('do not keep it from ending where the server is away; whoever waits goes on', async () => {
    const study = new FakeStudy();
    study.before = () => {
      throw grpcError(14);
    };
    const reports = attemptOf(study);
    reports.report([1, 1]);
    const verdict = reports.verdict(1);
    await reports.close();
    expect(await verdict).toBe('go on');
    expect(study.heard).toEqual([]);
  });
});

describe('openReports', () => {
  const never = (): never => {
    throw new Error('nobody should ask for a client');
  };

  it('opens none where the study wants to hear of none', () => {
    const { crossings: _, ...deaf } = request;
    expect(openReports(never, deaf, { attempt: 1, crossed: undefined })).toBeUndefined();
  });

  it('sends once more what may have been lost with the attempt before, and that first', async () => {
    const study = new FakeStudy();
    const reports = openReports(() => study.client, request, {
      attempt: 2,
      crossed: [
        [1, 0.1],
        [2, 0.2],
      ],
    })!;
    reports.report([3, 0.3]);
    await reports.close();
    const sent = study.heard.flatMap((message) => message.reports.map(({ attempt, step }) => [attempt, step]));
    expect(sent).toEqual([
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
  });

  it('sends the reports of all trials of a study together, and each study its own', async () => {
    const study = new FakeStudy();
    const open = (changes: Partial<TrialRequest>): AttemptReports =>
      openReports(() => study.client, { ...request, ...changes }, { attempt: 1, crossed: [] })!;
    const first = gate();
    study.before = (_, tries) => tries === 1 && first.opened;
    const all = [open({ number: 0 }), open({ number: 1 }), open({ number: 2 }), open({ firstRunId: 'run-2' })];
    all[0]!.report([1, 1]);
    await until('the first is on its way', () => study.tried.length === 1);
    for (const reports of all.slice(1)) reports.report([1, 1]);
    first.open();
    await Promise.all(all.map((reports) => reports.close()));
    expect(
      study.heard
        .filter(({ firstRunId }) => firstRunId === 'run-1')
        .map(({ reports }) => reports.map(({ number }) => number)),
    ).toEqual([[0], [1, 2]]);
    expect(study.heard.filter(({ firstRunId }) => firstRunId === 'run-2')).toHaveLength(1);
  });
});
