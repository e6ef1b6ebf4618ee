import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { createRunTrial } from '../../../activities/run-trial.ts';
import { createRunTrials } from '../../../activities/run-trials.ts';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import type { TrialAnswer, TrialHeartbeat, TrialRequest } from '../../../study/contract.ts';
import type { BatchedEnding, RunTrialsRequest } from '../../../study/trial/trial-forms.ts';
import { fileOf, until } from '../runners/harness.ts';
import { FakeStudy, gate } from './fake-study.ts';

const LIMITS = { retries: 0, heartbeatMs: 60_000 };
const base = {
  study: 'dtune/digits',
  firstRunId: 'run-1',
  number: 4,
  seed: 77,
  params: {},
  attemptsBefore: 0,
  trial: { kind: 'function', function: 'train', ...LIMITS },
  objectives: ['accuracy'],
  constraints: [],
  crossings: { at: [1, 3, 9] },
  phase: 'tune',
} as const satisfies TrialRequest;

/** A trial of ten steps; one that is pruned saves a checkpoint, and gives what it has. Its text is that of a module, too. */
const train: TrialFunction = async ({ report, saveCheckpoint }) => {
  let step = 0;
  try {
    while (step < 10) await report(++step, step / 10);
  } catch (error) {
    saveCheckpoint(`${(error as Error).name} at ${step}`);
  }
  return step / 10;
};
/** The same as a Node program. */
const COMMAND = `
  const { openSync, readSync } = require('node:fs');
  const verdicts = openSync(process.env.DTUNE_VERDICTS, 'r');
  // two lines may have come at once
  const readLine = () => {
    const byte = Buffer.alloc(1);
    let line = '';
    while (readSync(verdicts, byte) === 1 && byte.toString() !== '\\n') line += byte.toString();
    return line;
  };
  let step = 0;
  let verdict = 'go on';
  while (step < 10 && verdict === 'go on') {
    console.log(JSON.stringify({ report: [++step, step / 10], wait: true }));
    ({ verdict } = JSON.parse(readLine()));
  }
  if (verdict === 'prune') console.log(JSON.stringify({ checkpoint: 'TrialPrunedError at ' + step }));
  console.log(JSON.stringify({ value: step / 10 }));
`;
const FORMS = ['a registered function', 'a function of a module', 'a command'] as const;

/** The trial of a request in this form; `text` is that of a function, or of a Node program. */
function trialOf(
  form: (typeof FORMS)[number],
  text = form === 'a command' ? COMMAND : String(train),
): TrialRequest['trial'] {
  if (form === 'a registered function') return base.trial;
  return form === 'a command'
    ? { kind: 'command', command: [process.execPath, '-e', text], cwd: '/', ...LIMITS }
    : { ...base.trial, module: fileOf('trials.mjs', `export const train = ${text}`) };
}

interface Running<Answer> {
  readonly answer: Promise<Answer>;
  readonly environment: MockActivityEnvironment;
}

function environmentOf({ client }: FakeStudy): MockActivityEnvironment {
  return new MockActivityEnvironment({ heartbeatTimeoutMs: 60_000 }, { client, logger: new DefaultLogger('ERROR') });
}

function start(study: FakeStudy, request: Partial<TrialRequest>, run: TrialFunction = train): Running<TrialAnswer> {
  const environment = environmentOf(study);
  const runTrial = createRunTrial({ functions: { train: run }, allowCommand: () => true, graceMs: 10_000 });
  const answer = environment.run(runTrial, { ...base, ...request }) as Promise<TrialAnswer>;
  answer.catch(() => {});
  return { answer, environment };
}

const steps = (study: FakeStudy): number[] => study.reports.map(({ step }) => step);

describe.each(FORMS)('%s', (form) => {
  it('waits for the verdict of each report that crosses, and of no other', async () => {
    const study = new FakeStudy();
    const answer = await start(study, { trial: trialOf(form), attemptsBefore: 1 }).answer;
    expect(answer).toMatchObject({ values: [1], attempt: 2 });
    expect(answer.reports).toHaveLength(10);
    expect(answer.crossed).toEqual([
      [1, 0.1],
      [3, 0.3],
      [9, 0.9],
    ]);
    expect(study.heard.at(-1)!.kind).toBe('update');
    expect([...new Set(steps(study))]).toEqual([1, 3, 9]);
    expect(study.reports[0]).toEqual({ number: 4, attempt: 2, step: 1, value: 0.1 });
  });

  it('that is pruned may save a checkpoint, and ends where it was', async () => {
    const study = new FakeStudy();
    study.verdict = ({ step }) => (step >= 3 ? 'prune' : 'go on');
    expect(await start(study, { trial: trialOf(form) }).answer).toMatchObject({
      values: [0.3],
      checkpoint: 'TrialPrunedError at 3',
      reports: [
        [1, 0.1],
        [2, 0.2],
        [3, 0.3],
      ],
    });
  });

  // a loaded machine may end a command before it waits
  it('stops waiting when it is cancelled, with what it has', { retry: 2 }, async () => {
    const study = new FakeStudy();
    const answered = gate();
    study.before = ({ reports }) => reports.some(({ step }) => step === 3) && answered.opened;
    const { answer, environment } = start(study, {
      trial: trialOf(form, form === 'a command' ? `process.on('SIGTERM', () => {});${COMMAND}` : String(train)),
    });
    await until('it waits at step 3', () => study.tried.some(({ reports }) => reports.some(({ step }) => step === 3)));
    // the study answers only after the trial has stopped waiting
    environment.on('heartbeat', (beat: TrialHeartbeat) => beat.checkpoint !== undefined && answered.open());
    environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
    expect(await answer).toMatchObject({ values: [0.3], checkpoint: 'TrialPrunedError at 3' });
  });

  it('waits for nothing in a study without a pruner', async () => {
    const study = new FakeStudy();
    const { crossings: _, ...request } = base;
    const answer = createRunTrial({ functions: { train }, allowCommand: () => true });
    const text = `
      for (let step = 1; step <= 10; step++) console.log(JSON.stringify({ report: [step, step / 10], wait: !!process.env.DTUNE_VERDICTS }));
      console.log('{"value": 1}');`;
    const trial = trialOf(form, form === 'a command' ? text : String(train));
    expect(await environmentOf(study).run(answer, { ...request, trial })).toMatchObject({ values: [1] });
    expect(study.tried).toEqual([]);
  });
});

describe('a trial that waits for no verdict', () => {
  it('trains on while its reports are on their way, and ends after the study has heard of the last', async () => {
    const study = new FakeStudy();
    const arrives = gate();
    study.before = () => arrives.opened;
    let isTrained = false;
    const { answer } = start(study, {}, async ({ report }) => {
      for (let step = 1; step <= 10; step++) report(step, step);
      await until('the first is on its way', () => study.tried.length > 0);
      isTrained = true;
      return 1;
    });
    await until('it has trained', () => isTrained);
    expect(steps(study)).toEqual([]);
    arrives.open();
    await answer;
    expect(steps(study)).toEqual([1, 3, 9]);
    expect(study.heard.every(({ kind }) => kind === 'signal')).toBe(true);
  });

  it('is heard of before its failure, too', async () => {
    const study = new FakeStudy();
    const { answer } = start(study, {}, ({ report }) => {
      report(1, 0.5);
      throw new Error('diverged');
    });
    await expect(answer).rejects.toMatchObject({ type: 'TrialFailedError', details: [{ crossed: [[1, 0.5]] }] });
    expect(steps(study)).toEqual([1]);
  });

  it('has reports cross that came with its result alone', async () => {
    const study = new FakeStudy();
    const { answer } = start(study, {}, ({ report }) => {
      report(1, 0.5);
      const reports = Array.from({ length: 10 }, (_, i) => [i, i / 10]);
      return { value: 1, reports };
    });
    expect((await answer).crossed).toEqual([
      [1, 0.5],
      [3, 0.3],
      [9, 0.9],
    ]);
    expect(steps(study)).toEqual([1]);
  });

  it('ends as ever where the study is gone', async () => {
    const study = new FakeStudy();
    study.isOpen = false;
    expect(await start(study, {}).answer).toMatchObject({ values: [1] });
  });
});

describe('a trial that lets its verdict pass', () => {
  it.each(FORMS.slice(0, 2))('fails with it: %s', async (form) => {
    const study = new FakeStudy();
    study.verdict = () => 'prune';
    const waits: TrialFunction = async ({ report }) => {
      await report(1, 0.5);
      return 1;
    };
    const { answer } = start(study, { trial: trialOf(form, String(waits)) }, waits);
    await expect(answer).rejects.toMatchObject({
      type: 'TrialFailedError',
      details: [{ reason: 'the study has pruned this trial at step 1', attempt: 1, reports: [[1, 0.5]] }],
    });
  });
});

describe('a batch', () => {
  it('has the study hear of the reports of all of its trials before they end', async () => {
    const study = new FakeStudy();
    const { number: _, seed: __, params: ___, attemptsBefore: ____, ...shared } = base;
    const runTrials = createRunTrials({
      functions: { train: (({ report }) => (report(1, 0.5), report(2, 0.6), 1)) as TrialFunction },
      allowCommand: () => false,
    });
    const trials = [0, 1, 2, 3].map((number) => ({ number, seed: 1, params: {}, attemptsBefore: 0 }));
    const endings = await environmentOf(study).run<[RunTrialsRequest], readonly BatchedEnding[], typeof runTrials>(
      runTrials,
      {
        shared,
        trials,
      },
    );
    expect(endings.map((ending) => 'ok' in ending)).toEqual([true, true, true, true]);
    expect(study.reports.map(({ number, step }) => [number, step])).toEqual([0, 1, 2, 3].map((number) => [number, 1]));
    expect(study.heard.length).toBeLessThan(4);
  });
});
