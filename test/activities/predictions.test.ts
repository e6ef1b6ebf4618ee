import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunTrial } from '../../activities/run-trial.ts';
import { fileStore } from '../../artifacts/store.ts';
import { parsePredictions } from '../../evaluation/predictions.ts';
import type { TrialAnswer, TrialRequest } from '../../study/contract.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { TrialEvaluation } from '../../study/evaluation/spec.ts';
import { fileOf } from './runners/harness.ts';
import { trialRequest } from './trial-request.ts';

let artifacts: string;
beforeAll(async () => void (artifacts = await mkdtemp(join(tmpdir(), 'dtune-predictions-'))));
afterAll(() => rm(artifacts, { recursive: true }));

const evaluation: TrialEvaluation = {
  split: { kind: 'k-fold', folds: 3, repeats: 1 },
  test: { kind: 'own' },
  seed: 5,
  repeat: 0,
};
const request = trialRequest({ number: 0, seed: 1 });

/** What the trial answers that returns this. */
function answerTo(
  raw: unknown,
  changes: Partial<TrialRequest> = {},
  options: { readonly artifacts?: string } = { artifacts },
): Promise<TrialAnswer> {
  const runTrial = createRunTrial({ functions: { train: () => raw }, allowCommand: () => true, ...options });
  return new MockActivityEnvironment().run(runTrial, { ...request, ...changes }) as Promise<TrialAnswer>;
}

async function kept(uri: string | undefined): Promise<{ readonly text: string; readonly predictions: Predictions }> {
  expect(uri).toMatch(/^sha256:[0-9a-f]{64}$/);
  const text = Buffer.from(await fileStore(artifacts).get(uri!.slice('sha256:'.length))).toString('utf8');
  return { text, predictions: parsePredictions(text, 'json') };
}

const refusal = (message: string | RegExp): unknown =>
  expect.objectContaining({
    type: 'TrialFailedError',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });

const columns = { truth: ['a', 'b', 'a'], predicted: ['a', 'b', 'b'], ids: [3, 1, 2] };

describe('predictions of a trial', () => {
  it('given inline are kept in the artifact store, and the result names them', async () => {
    const { predictions, ...answer } = await answerTo({ folds: [0.5, 1], predictions: columns });
    expect(answer).toEqual({ values: [0.75], folds: [0.5, 1], reports: [], attempt: 1 });
    expect((await kept(predictions)).predictions).toEqual(columns);
  });

  it('are the same bytes however they were handed over', async () => {
    const json = pathToFileURL(fileOf('p.json', `\n${JSON.stringify(columns, null, 2)}`)).href;
    const csv = pathToFileURL(fileOf('p.CSV', 'truth,predicted\na,a\nb,b\n')).href;
    const short = { truth: ['a', 'b'], predicted: ['a', 'b'] };
    const of = async (predictions: unknown): Promise<string | undefined> =>
      (await answerTo({ value: 1, predictions }, { evaluation })).predictions;
    expect(await of(json)).toBe(await of(columns));
    expect(await of(csv)).toBe(await of(short));
    expect((await kept(await of(csv))).predictions).toEqual(short);
  });

  it('are kept of 50,000 rows with scores, and the result stays small', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => i % 3);
    const large = {
      truth: rows,
      predicted: rows,
      scores: rows.map((row, i) => [row / 3, 1 - row / 3 - i / 2e5, i / 2e5]),
    };
    const answer = await answerTo({ value: 1, predictions: large });
    expect((await kept(answer.predictions)).predictions).toEqual(large);
    expect(JSON.stringify(answer).length).toBeLessThan(200);
  });

  it('come from functions and commands in processes of their own', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => (i % 5) / 7);
    const large = { truth: rows, predicted: rows };
    const rowsOf = 'Array.from({ length: 50_000 }, (_, i) => (i % 5) / 7)';
    const module = fileOf(
      'trials.mjs',
      `export const train = ({ split }) => ({
        folds: split(9).map(({ test }) => test.length), train: 4, predictions: { truth: ${rowsOf}, predicted: ${rowsOf} } })`,
    );
    const script = `const truth = ${rowsOf};
      const result = { folds: [3, 3, 3], train: 4, predictions: { truth, predicted: truth } };
      require('fs').writeFileSync(process.env.DTUNE_RESULT, JSON.stringify(result))`;
    const limits = { retries: 0, heartbeatMs: 60_000 };
    const forms: TrialRequest['trial'][] = [
      { kind: 'function', function: 'train', module, ...limits },
      { kind: 'command', command: [process.execPath, '-e', script], cwd: '/', ...limits },
    ];
    for (const trial of forms) {
      const { predictions, ...answer } = await answerTo(undefined, { trial, evaluation });
      expect(answer).toEqual({ values: [3], folds: [3, 3, 3], train: 4, reports: [], attempt: 1 });
      expect((await kept(predictions)).predictions).toEqual(large);
    }
  });

  it.each([['s3://bucket/p.parquet'], ['sha256:00'], ['https://host/p.csv']])(
    'of another kind of URI (%s) stay where they are',
    async (predictions) => {
      expect((await answerTo({ value: 1, predictions }, { evaluation })).predictions).toBe(predictions);
    },
  );

  it('in a file stay there in a study without an evaluation, and on a worker without a store', async () => {
    const predictions = 'file:///gone/p.parquet';
    expect((await answerTo({ value: 1, predictions })).predictions).toBe(predictions);
    expect((await answerTo({ value: 1, predictions }, { evaluation }, {})).predictions).toBe(predictions);
  });

  it('given inline are refused in words where no store can keep them', async () => {
    await expect(answerTo({ value: 1, predictions: columns }, {}, {})).rejects.toEqual(
      refusal(
        'predictions is an object, but this worker has no artifact store to keep it in: expected one started with a folder ' +
          'of artifacts; or write the columns to a file and give its URI',
      ),
    );
  });

  it('that cannot be read fail the trial in words', async () => {
    const inFile = (uri: string): Promise<TrialAnswer> => answerTo({ value: 1, predictions: uri }, { evaluation });
    await expect(answerTo({ value: 1, predictions: { truth: [1] } })).rejects.toEqual(refusal(/predicted/));
    await expect(inFile('file:///p.parquet')).rejects.toEqual(
      refusal('predictions is "file:///p.parquet": expected a file that ends in .json or .csv'),
    );
    await expect(inFile('file:///no-such-folder/p.csv')).rejects.toEqual(
      refusal(/^cannot read the predictions in \/no-such-folder\/p\.csv: ENOENT/),
    );
    await expect(inFile('file://elsewhere/p.csv')).rejects.toEqual(
      refusal(/^predictions is "file:\/\/elsewhere\/p\.csv": expected a file of this machine/),
    );
    const path = fileOf('p.json', '{"truth": [1');
    const reason = await inFile(pathToFileURL(path).href).then(String, ({ message }: Error) => message);
    expect(reason.startsWith(`the predictions in ${path}: `), reason).toBe(true);
  });

  it('of more than 64 MiB are refused before they are read', async () => {
    const path = fileOf('p.csv', '');
    await truncate(path, 64 * 1024 * 1024 + 1);
    await expect(answerTo({ value: 1, predictions: pathToFileURL(path).href }, { evaluation })).rejects.toEqual(
      refusal(
        `the file ${path} has 67108865 bytes: expected at most 67108864; predict fewer rows, or write scores with fewer digits`,
      ),
    );
  });

  it('are not kept of a trial that has failed', async () => {
    await expect(answerTo({ value: NaN, predictions: { not: 'looked at' } })).rejects.toEqual(
      refusal('accuracy is NaN: expected a finite number'),
    );
  });
});
