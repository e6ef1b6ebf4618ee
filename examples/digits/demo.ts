/**
 * `npm run demo`: tunes the digits network, then asks the one question that counts: on digits that tuning never saw, is the best found
 * better than the defaults? Server and worker are this demo's own and end with it; it leaves digits-report.html.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readArchive, readBlocks } from '../../artifacts/archive.ts';
import { artifactsOf, fileStore } from '../../artifacts/store.ts';
import { historyOf } from '../../cli/history.ts';
import { htmlReport } from '../../cli/report.ts';
import { reportInputOf } from '../../cli/report/input.ts';
import { tableText } from '../../cli/output.ts';
import { historyChart } from '../../cli/terminal-chart.ts';
import { nest } from '../../study/point.ts';
import { recordOf } from '../../study/ledger/row.ts';
import type { TrialRecord } from '../../study/trial.ts';
import { trial, type DigitsParams } from './train.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const dtune = join(here, '../../dist/cli/main.js');
const home = await mkdtemp(join(tmpdir(), 'dtune-demo-'));
try {
  await tune();
  await show();
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

async function tune(): Promise<void> {
  const args = [dtune, 'run', join(here, 'study.yaml'), '--home', home, '--embedded', '--foreground'];
  // ignores what the environment says of other servers and homes; Ctrl-C reaches it, too, and it cleans up
  const run = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.on('SIGINT', () => {});
  const [code] = (await once(run, 'exit')) as [number | null];
  if (code !== 0) process.exit(code ?? 1);
}

async function show(): Promise<void> {
  const { definition, status, blocks, epochs } = (await readArchive(artifactsOf(home), 'digits'))!;
  const trials: TrialRecord[] = [];
  for await (const rows of readBlocks(fileStore(artifactsOf(home)), blocks))
    trials.push(...rows.map((row) => recordOf(definition, epochs, row)));
  const best = trials[status.best!.number]!;
  const baseline = trials.find((each) => each.baseline)!;
  const [tuned, defaults] = [await onTestRows(best), await onTestRows(baseline)];

  const [objective] = definition.objectives;
  const chart = historyChart(historyOf(trials, objective!), {
    width: Math.min(100, process.stdout.columns ?? 80),
    height: 12,
    goal: objective!.goal,
  });
  const score = ({ values }: TrialRecord): string => values!['accuracy']!.toFixed(4);
  const scores = [
    {
      label: `errors on ${tuned.rows} held-out digits`,
      baseline: `${defaults.mistakes.length}`,
      best: `${tuned.mistakes.length}`,
    },
    { label: 'accuracy on them (95 % interval)', baseline: interval(defaults), best: interval(tuned) },
  ];
  const onlyTuned = defaults.mistakes.filter((row) => !tuned.mistakes.includes(row)).length;
  const onlyDefaults = tuned.mistakes.filter((row) => !defaults.mistakes.includes(row)).length;
  const note = `${onlyTuned} of them are right only with the best, ${onlyDefaults} only with the defaults.`;
  const rows = [
    ['accuracy, 3-fold cross-validation', score(baseline), score(best)],
    ...scores.map((each) => [each.label, each.baseline, each.best]),
  ];
  const table = tableText(['', `defaults (trial ${baseline.number})`, `best (trial ${best.number})`], rows);
  process.stdout.write(`\n${chart}\n\n${table}\n${note}\n`);

  const report = resolve('digits-report.html');
  await writeFile(report, await htmlReport(reportInputOf({ definition, status, trials })));
  process.stdout.write(`\nreport: ${pathToFileURL(report).href}\n`);
}

interface TestOutcome {
  readonly mistakes: readonly number[];
  readonly rows: number;
}

/** Trains with a trial's parameters on all but the test rows, and answers for those, once. */
async function onTestRows({ params, number, seed }: TrialRecord): Promise<TestOutcome> {
  const { attributes } = await trial({
    params: nest(params) as unknown as DigitsParams,
    study: 'digits',
    number,
    seed,
    attempt: 1,
    budget: undefined,
    phase: 'test',
    evaluation: undefined,
    split: () => [],
    checkpoint: undefined,
    signal: new AbortController().signal,
    report: () => {},
    saveCheckpoint: () => {},
    log: () => {},
  });
  return attributes as TestOutcome;
}

/** A share and its Wilson score interval. */
function interval({ mistakes, rows: n }: TestOutcome): string {
  const z = 1.96;
  const share = 1 - mistakes.length / n;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return `${share.toFixed(4)} (${(middle - half).toFixed(3)} to ${(middle + half).toFixed(3)})`;
}
