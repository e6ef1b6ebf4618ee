/**
 * What runs on lc_digits say: how much of random search's resource a method needs for random's result, and how it stands after all of
 * it. Random's result is the median of the best error at any epoch after 3,240 epochs, 40 trials of 81, over 1,000 seeds.
 *
 *     node --import tsx bench/schedulers/score.ts [FOLDER]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng } from '../../samplers/numerics/philox.ts';
import { bestAfter, play } from './play.ts';

export interface Run {
  readonly peer: string;
  readonly problem: string;
  readonly seed: number;
  /** Epochs it was given. */
  readonly n: number;
  readonly trials: number;
  /** [epochs spent, best error at any epoch, …], where it changes. */
  readonly curve: readonly (readonly [number, number, ...number[]])[];
}

export const DEFAULT_FOLDER = '/tmp/durable-tune-bench-schedulers';
/** Runs that this project carries: Optuna's (peers.py). */
const RECORDED = new URL('data/peers', import.meta.url).pathname;

const FULL = 3240;
const BEST_KNOWN = 0.01333;

if (import.meta.url === `file://${process.argv[1]}`) report(process.argv[2] ?? DEFAULT_FOLDER);

function report(folder: string): void {
  const random = Array.from({ length: 1000 }, (_, i) => play({ sampler: 'random' }, 1_000_000 + i, FULL, 1));
  const target = median(random.map(({ best }) => bestAfter({ best }, FULL)));
  console.log(`random search after ${FULL} epochs: ${target.toFixed(5)} (median of 1,000)\n`);
  const score = (runs: readonly Run[], epochs: number): number =>
    (median(runs.map(({ curve }) => at(curve, epochs))) - BEST_KNOWN) / (target - BEST_KNOWN);
  const byPeer = new Map<string, Run[]>();
  for (const run of [...runsIn(RECORDED), ...runsIn(folder)])
    byPeer.set(run.peer, [...(byPeer.get(run.peer) ?? []), run]);
  const ours = [...byPeer].filter(([peer]) => !peer.startsWith('optuna'));
  console.log('| method | seeds | trials | share of the resource | score at 700 | seeds | score at 3,240 |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [peer, runs] of byPeer) {
    const whole = runs.filter(({ n }) => n >= FULL);
    const least = Math.min(...runs.map(({ n }) => n));
    const share = Array.from({ length: least }, (_, i) => i + 1).find((epochs) => score(runs, epochs) <= 1);
    console.log(
      `| ${peer} | ${runs.length} | ${whole.length > 0 ? median(whole.map(({ trials }) => trials)) : '–'} | ` +
        `${share === undefined ? `> ${(least / FULL).toFixed(2)}` : (share / FULL).toFixed(3)} | ` +
        `${score(runs, 700).toFixed(3)} | ${whole.length} | ${whole.length > 0 ? score(whole, FULL).toFixed(3) : '–'} |`,
    );
  }
  for (const [theirs, runs] of byPeer)
    if (theirs.startsWith('optuna'))
      for (const [peer, own] of ours)
        for (const epochs of [700, 1300, FULL]) {
          const [a, b] = [own, runs].map((each) => each.filter(({ n }) => n >= epochs));
          if (a!.length < 20 || b!.length < 20) continue;
          const rounds = Array.from({ length: 2000 }, (_, round) => {
            const rng = createRng(round, 0);
            let drawn = 0;
            const again = (from: readonly Run[]): Run[] =>
              from.map(() => from[Math.floor(rng.uniform(0, drawn++) * from.length)]!);
            return score(again(a!), epochs) - score(again(b!), epochs);
          }).toSorted((x, y) => x - y);
          console.log(
            `${peer} - ${theirs} at ${epochs}: ${(score(a!, epochs) - score(b!, epochs)).toFixed(3)} ` +
              `[${rounds[50]!.toFixed(3)}, ${rounds[1949]!.toFixed(3)}] (${a!.length}, ${b!.length} seeds)`,
          );
        }
}

/** The longest run of each seed. */
function runsIn(folder: string): Run[] {
  const runs = new Map<string, Run>();
  for (const name of readdirSync(folder).filter((file) => /^runs_.*\.jsonl$/.test(file)))
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)) {
      const run = JSON.parse(line) as Run;
      const key = `${run.peer} ${run.seed}`;
      if ((runs.get(key)?.n ?? 0) < run.n) runs.set(key, run);
    }
  return [...runs.values()];
}

function at(curve: Run['curve'], epochs: number): number {
  // before the first trial ends nothing is known: as bad as can be
  return curve.findLast(([spent]) => spent <= epochs)?.[1] ?? 1;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
