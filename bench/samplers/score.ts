/**
 * Prints Markdown: normalised regret (scoring.ts) by class of problems for all peers, and ours beside each of theirs.
 *
 *     node --import tsx bench/samplers/score.ts FOLDER... [--problems a25,b,c,d] [--n 50,100] [--peers ours_tpe,optuna_tpe]
 *
 * FOLDERs hold runs_*.jsonl (/tmp/durable-tune-bench); the peers' carried runs are read beside them. Without --peers: the first
 * table has each that ran at least half of the problems that any did, the second each. Ours are those named 'ours_…'.
 */
import { parseArgs } from 'node:util';
import { difference, mean, type Interval } from './bootstrap.ts';
import { countOf } from './flags.ts';
import type { Run } from './play.ts';
import { chooseProblems } from './problem.ts';
import { DEFAULT_FOLDER, RECORDED, readRuns } from './runs.ts';
import { classesOf, meanRanks, median, scoreboard, type Scoreboard } from './scoring.ts';

const HV_AT = [50, 100, 250];

const { values: flags, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    problems: { type: 'string', default: 'a25,b,c,d' },
    n: { type: 'string', default: '50,100' },
    peers: { type: 'string' },
  },
});
const problems = chooseProblems(flags.problems);
const wanted = flags.peers?.split(',');
const runs = readRuns([RECORDED, ...(folders.length > 0 ? folders : [DEFAULT_FOLDER])]).filter(
  ({ peer, problem }) => (wanted?.includes(peer) ?? true) && problems.some(({ id }) => id === problem),
);

for (const n of flags.n.split(',').map((text) => countOf('--n', text))) {
  const board = scoreboard(runs, n, problems);
  const most = Math.max(...board.peers.map((peer) => board.problemsOf(peer).length));
  // none of the others' problems would be left beside a peer that ran none so long
  const peers = board.peers.filter((peer) => 2 * board.problemsOf(peer).length >= (wanted ? 1 : most));
  if (board.peers.length > 0) console.log([...summary(board, peers), '', ...duels(board), ''].join('\n'));
}
console.log([...times([...new Set(runs.map(({ peer }) => peer))].toSorted()), '', ...hypervolumes(runs)].join('\n'));

/** All peers on the problems that all of them ran. */
function summary(board: Scoreboard, peers: readonly string[]): string[] {
  const common = board.problemsOf(peers[0]).filter((spec) => peers.every((peer) => board.bests(peer, spec).length > 0));
  const classes = [...classesOf(common)];
  const scores = peers.map((peer) => common.map((spec) => board.score(spec, board.bests(peer, spec))));
  const ranks = meanRanks(scores);
  const rows = peers.map((peer, i) => {
    const cells = classes.map(([, specs]) =>
      median(specs.map((spec) => board.score(spec, board.bests(peer, spec)))).toFixed(3),
    );
    const seeds = common.map((spec) => board.bests(peer, spec).length);
    const [low, high] = [Math.min(...seeds), Math.max(...seeds)];
    return [peer, ...cells, mean(scores[i]).toFixed(3), ranks[i].toFixed(2), `${low}${low < high ? `–${high}` : ''}`];
  });
  const names = classes.map(([name, specs]) => `${name} (${specs.length})`);
  return [
    `${board.n} evaluations: median normalised regret on the ${common.length} problems that all of these ran`,
    '',
    ...table(
      ['peer', ...names, 'mean of all', 'mean rank', 'seeds'],
      rows.toSorted((a, b) => Number(a[classes.length]) - Number(b[classes.length])),
    ),
  ];
}

/** Ours − theirs on the problems that both ran. */
function duels(board: Scoreboard): string[] {
  const ours = board.peers.filter((peer) => peer.startsWith('ours_'));
  // two of ours meet once
  const others = (own: string): readonly string[] => board.peers.filter((peer) => !ours.includes(peer) || peer > own);
  const pairs = ours.flatMap((own) => others(own).map((peer) => [own, peer] as const));
  const differences = pairs.map(([own, peer]) => {
    const both = board.problemsOf(own).filter((spec) => board.bests(peer, spec).length > 0);
    const classes = [...classesOf(both)].filter(([, specs]) => specs.length > 0);
    const intervals = classes.map(([name, specs]) => [name, difference(board, own, peer, specs)] as const);
    const cells = intervals.map(([name, interval], i) => [name, show(interval, classes[i][1].length)] as const);
    return { own, peer, cells: new Map(cells), middle: intervals.at(-1)?.[1].median ?? NaN };
  });
  if (differences.length === 0) return [];
  const classes = [...classesOf(board.problems).keys()].filter((name) =>
    differences.some(({ cells }) => cells.has(name)),
  );
  return [
    `${board.n} evaluations: mean difference of normalised regret, ours − theirs; 95 % bootstrap interval over problems and seeds,`,
    'the upper end of the one-sided one (number of problems); below 0 ours is better, bold where the whole interval is on one side',
    '',
    ...table(
      ['ours', 'theirs', ...classes, 'median of all'],
      differences.map(({ own, peer, cells, middle }) => [
        own,
        peer,
        ...classes.map((name) => cells.get(name) ?? ''),
        signed(middle),
      ]),
    ),
  ];
}

function show({ mean: middle, low, high, upper }: Interval, problems: number): string {
  const cell = `${signed(middle)} [${signed(low)}, ${signed(high)}]`;
  return `${low > 0 || high < 0 ? `**${cell}**` : cell} ≤ ${signed(upper)} (${problems})`;
}

/** Of each peer, over all its runs. */
function times(peers: readonly string[]): string[] {
  return [
    'Time of an ask and its tell, milliseconds, median over the runs that say it: CPU time for ours; for theirs the wall time of a run by evaluation',
    '',
    ...table(['peer', 'mean of a run', 'its last tenth'], peers.map(askTimes)),
  ];
}

function askTimes(peer: string): string[] {
  const own = runs.filter((run) => run.peer === peer);
  const asks = own.flatMap(({ ask_ms, wall_s, n }) => ask_ms ?? (wall_s === undefined ? [] : (1000 * wall_s) / n));
  const last = own.flatMap(({ last_ask_ms }) => last_ask_ms ?? []);
  return [peer, ...[asks, last].map((figures) => (figures.length > 0 ? median(figures).toPrecision(3) : '-'))];
}

/** Of the problems with several objectives. */
function hypervolumes(all: readonly Run[]): string[] {
  const cells = new Map<string, Record<string, number[]>>();
  for (const { peer, problem, hv } of all.filter((run) => run.hv)) {
    const key = `${problem} ${peer}`;
    const volumes = cells.get(key) ?? cells.set(key, {}).get(key)!;
    for (const n of HV_AT) volumes[n] = [...(volumes[n] ?? []), ...(hv?.[n] === undefined ? [] : [hv[n]])];
  }
  const rows = [...cells].map(([key, volumes]) => [
    ...key.split(' '),
    ...HV_AT.map((n) => (volumes[n].length > 0 ? median(volumes[n]).toFixed(3) : '')),
    `${volumes[HV_AT[0]].length}`,
  ]);
  const head = ['problem', 'peer', ...HV_AT.map((n) => `${n} evaluations`), 'seeds'];
  return rows.length === 0 ? [] : ['Median hypervolume', '', ...table(head, rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function signed(figure: number): string {
  return `${figure < 0 ? '−' : '+'}${Math.abs(figure).toFixed(3)}`;
}
