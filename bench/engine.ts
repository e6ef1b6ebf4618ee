/**
 * The engine's cost: studies of a trivial trial against the plainest loop over the same activities on the same server, and against
 * Optuna on SQLite, in one run, interleaved. `npm run bench [-- --optuna PYTHON]`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRig } from './rig.ts';
import { sphereStudy } from './studies.ts';

const { values } = parseArgs({ options: { optuna: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
const rig = await startRig();
const rows: Record<string, number[]> = {};
const note = (what: string, value: number): void => void (rows[what] ??= []).push(value);

await rig.study(sphereStudy('warm-up', 60, 8));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [parallel, trials] of [
    [1, 160],
    [8, 640],
    [64, 1280],
  ] as const) {
    const { seconds, events } = await rig.study(sphereStudy(`study-${parallel}-${round}`, trials, parallel));
    note(`study at ${parallel}, trials/s`, trials / seconds);
    note(`study at ${parallel}, events a trial`, events / trials);
    if (parallel === 64) continue;
    const raw = await rig.rawLoop(sphereStudy(`raw-${parallel}-${round}`, trials, parallel), trials, parallel);
    note(`raw loop at ${parallel}, trials/s`, trials / raw);
    note(`study / raw loop at ${parallel}`, raw / seconds);
  }
  if (values.optuna) {
    const rate = optunaRate(values.optuna, 320, 8);
    note('Optuna on SQLite at 8 threads, trials/s', rate);
    note('study / Optuna at 8', rows['study at 8, trials/s'].at(-1)! / rate);
  }
}
await rig.close();

console.log('| what | min | median | max |\n|---|---|---|---|');
for (const [what, figures] of Object.entries(rows)) {
  const sorted = figures.toSorted((a, b) => a - b);
  const shown = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)!].map((figure) => figure.toFixed(2));
  console.log(`| ${what} | ${shown.join(' | ')} |`);
}

function optunaRate(python: string, trials: number, threads: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'dtune-optuna-'));
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  try {
    const script = new URL('./optuna_sqlite.py', import.meta.url).pathname;
    return Number(
      execFileSync(python, [script, join(folder, 'study.db'), String(trials), String(threads)], {
        env,
        encoding: 'utf8',
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
