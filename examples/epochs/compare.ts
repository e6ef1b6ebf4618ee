/**
 * How many epochs does it take to be as good as plain TPE that trains every network to the end? Counted by the trials themselves, over
 * some seeds: `nice -n 10 node --import tsx examples/epochs/compare.ts 0 1 2 3`, after `npm run build`. It takes minutes.
 */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { parse } from 'yaml';
import type { SaveCheckpoint, TrialContext } from '../../activities/runners/trial-context.ts';
import { defineStudy, TuningClient } from '../../index.ts';
import { TuningPlugin } from '../../plugin.ts';
import { resolveServer } from '../../server/address.ts';
import { stopServer } from '../../server/dev-server.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { trial, type EpochsParams } from './train.ts';

const QUEUE = 'dtune';
/** Trials of plain TPE, each of 27 epochs; what others may take at most. */
const TRIALS = 20;
const AT_MOST = 98;

const { space } = parse(readFileSync(new URL('hyperband.yaml', import.meta.url), 'utf8')) as { space: object };
const hyperband = { hyperband: { max: 27, eta: 3, iterations: 10 } };
const WAYS = {
  median: { sampler: 'tpe', scheduler: 'median' },
  hyperband: { sampler: 'tpe', scheduler: hyperband },
  bohb: { sampler: 'bohb', scheduler: hyperband },
};

/** Epochs that were trained, each trial's each one once, and those it took until a trial was as good as the target. */
class Count {
  readonly epochs = new Set<string>();
  best = 0;
  /** Epochs it took to the best. */
  bestAt = 0;
  needed = Infinity;
  private readonly target: number;
  private readonly reached: () => void;

  constructor(target: number, reached: () => void) {
    this.target = target;
    this.reached = reached;
  }

  take(value: number): void {
    if (value > this.best) [this.best, this.bestAt] = [value, this.epochs.size];
    if (value < this.target || this.needed < Infinity) return;
    this.needed = this.epochs.size;
    this.reached();
  }
}

let count: Count;

async function counted(context: TrialContext<EpochsParams>): Promise<number> {
  const { epochs } = count;
  // nothing is killed here: a directory a trial will do, and costs next to nothing
  const directory = join(home, 'trials', context.study, String(context.number));
  await mkdir(directory, { recursive: true });
  const value = await trial({
    ...context,
    checkpointDirectory: () => directory,
    saveCheckpoint: (async () => undefined) as SaveCheckpoint,
    report(step, measured) {
      epochs.add(`${context.number}/${step}`);
      return context.report(step, measured);
    },
  });
  context.saveCheckpoint(directory);
  count.take(value);
  return value;
}

const seeds = process.argv.slice(2).map(Number);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const home = await mkdtemp(join(tmpdir(), 'dtune-epochs-'));
try {
  const { connection: place, namespace } = await resolveServer({ home, embeddedOnly: true, foreground: true });
  const connection = await NativeConnection.connect(place);
  const clientConnection = await Connection.connect(place);
  const artifacts = join(home, 'artifacts');
  const tuning = new TuningClient({ client: new Client({ connection: clientConnection, namespace }), artifacts });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: QUEUE,
    workflowBundle: await workflowBundle(),
    plugins: [new TuningPlugin({ artifacts, functions: { counted }, workflows: 'elsewhere' })],
  });
  await worker.runUntil(() => compare(tuning));
  await connection.close();
  await clientConnection.close();
} finally {
  await stopServer({ home });
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

async function compare(tuning: TuningClient): Promise<void> {
  print(['seed', 'accuracy', 'plain', 'best after', ...Object.keys(WAYS)]);
  for (const seed of seeds) {
    const plain = await run(tuning, `plain-${seed}`, { sampler: 'tpe', stop: { trials: TRIALS } }, seed, Infinity);
    const row = [String(seed), plain.best.toFixed(4), String(plain.epochs.size), String(plain.bestAt)];
    for (const [name, way] of Object.entries(WAYS)) {
      const { needed, epochs, best } = await run(
        tuning,
        `${name}-${seed}`,
        { ...way, stop: { trials: AT_MOST } },
        seed,
        plain.best,
      );
      row.push(needed < Infinity ? String(needed) : `> ${epochs.size} (${best.toFixed(4)})`);
    }
    print(row);
  }
}

async function run(tuning: TuningClient, name: string, way: object, seed: number, target: number): Promise<Count> {
  const trialSpec = { function: 'counted', queue: QUEUE, timeout: '10m' };
  const objective = { name: 'accuracy', goal: 'maximize' };
  count = new Count(target, () => void tuning.study(name).stop({ now: true }));
  const study = await tuning.start(
    defineStudy({ name, space, objective, trial: trialSpec, order: 'trial', seed, ...way }, { directory: home }),
  );
  await study.result();
  return count;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell) => cell.padEnd(10)).join(' ')}\n`);
}
