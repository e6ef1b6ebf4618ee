/**
 * Plays entrants on lc_digits and keeps the runs: one line a run in runs_NAME.jsonl of a folder.
 *
 *     node --import tsx bench/schedulers/run.ts --entrants 'random + asha,tpe + asha' --seeds 0-199 --epochs 3240
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countOf, seedsOf } from '../samplers/flags.ts';
import { ENTRANTS } from './entrants.ts';
import { play } from './play.ts';
import { DEFAULT_FOLDER, type Run } from './score.ts';

const { values: flags } = parseArgs({
  options: {
    entrants: { type: 'string', default: Object.keys(ENTRANTS).join(',') },
    seeds: { type: 'string', default: '0-199' },
    epochs: { type: 'string', default: '3240' },
    parallel: { type: 'string', default: '4' },
    out: { type: 'string', default: DEFAULT_FOLDER },
  },
});

const [epochs, parallel] = [countOf('--epochs', flags.epochs), countOf('--parallel', flags.parallel)];
mkdirSync(flags.out, { recursive: true });
for (const name of flags.entrants.split(',')) {
  const entrant = ENTRANTS[name];
  if (!entrant) throw new Error(`--entrants has '${name}', expected some of ${Object.keys(ENTRANTS).join(', ')}`);
  const peer = parallel === 4 ? name : `${name} @${parallel}`;
  const file = join(flags.out, `runs_${peer.replaceAll(/[^a-z0-9]+/g, '_')}.jsonl`);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const done = new Map(lines.map((line) => JSON.parse(line) as Run).map((run) => [run.seed, run.n]));
  for (const seed of seedsOf(flags.seeds)) {
    if ((done.get(seed) ?? 0) >= epochs) continue;
    const { best, trials } = play(entrant, seed, epochs, parallel);
    const run: Run = { peer, problem: 'lc_digits', seed, n: epochs, trials, curve: best };
    appendFileSync(file, `${JSON.stringify(run)}\n`);
  }
}
