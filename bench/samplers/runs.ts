/** Runs as files: runs_PEER.jsonl in a folder, one run a line. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from './play.ts';

/** Runs that this project carries: the peers' own (peers.py). */
export const RECORDED: string = new URL('data/peers', import.meta.url).pathname;

/** Where runs are kept unless somebody says otherwise. */
export const DEFAULT_FOLDER = '/tmp/durable-tune-bench';

function fileOf(folder: string, peer: string): string {
  return join(folder, `runs_${peer}.jsonl`);
}

/** All runs of the folders; of a peer that ran a problem with one seed more than once, the longest. */
export function readRuns(folders: readonly string[]): Run[] {
  const runs = new Map<string, Run>();
  for (const folder of folders)
    for (const name of readdirSync(folder).filter((file) => /^runs_.*\.jsonl$/.test(file)))
      for (const run of linesOf(join(folder, name))) {
        const key = `${run.peer} ${run.problem} ${run.seed}`;
        if ((runs.get(key)?.n ?? 0) < run.n) runs.set(key, run);
      }
  return [...runs.values()];
}

/** What a peer has already run, as 'problem seed'. @param n  at least so many evaluations */
export function finished(folder: string, peer: string, n: (problem: string) => number): ReadonlySet<string> {
  const path = fileOf(folder, peer);
  const runs = existsSync(path) ? linesOf(path) : [];
  return new Set(runs.filter((run) => run.n >= n(run.problem)).map((run) => `${run.problem} ${run.seed}`));
}

export function appendRun(folder: string, run: Run): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(fileOf(folder, run.peer), `${JSON.stringify(run)}\n`);
}

function linesOf(path: string): Run[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Run);
}

/** Best values after 1, 2, … n evaluations. */
export function curveOf({ curve, steps, n }: Run): readonly (number | null)[] | undefined {
  if (curve || !steps) return curve;
  const values: (number | null)[] = new Array<number | null>(n).fill(null);
  for (const [at, value] of steps) values.fill(value, at - 1);
  return values;
}
