/**
 * Draws normalised regret by evaluations, one SVG a class of problems: the mean over the problems that all peers ran, with its 95 %
 * bootstrap interval; random search is 1 at every number of evaluations.
 *
 *     node --import tsx bench/samplers/plot.ts FOLDER... [--peers ours_tpe,optuna_tpe,hyperopt_tpe] [--problems a25,b,c,d] [--n 100]
 *         [--to FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pictureOf } from '../../cli/plot/picture.ts';
import { LIGHT } from '../../plots/drawing/palette.ts';
import { HEIGHT, WIDTH } from '../../plots/plot.ts';
import { axisOf, linearScale, logScale } from '../../plots/drawing/scale.ts';
import { GRID, legendOf, type Series } from '../../plots/drawing/series.ts';
import { level, type Interval } from './bootstrap.ts';
import { countOf } from './flags.ts';
import { chooseProblems } from './problem.ts';
import { DEFAULT_FOLDER, RECORDED, readRuns } from './runs.ts';
import { classesOf, scoreboard } from './scoring.ts';

/** What random search's medians are known for. */
const AT = [5, 10, 15, 25, 50, 75, 100, 200, 500, 1000];
/** Worse than that is not told apart: an interval may reach to anything. */
const WORST = 2;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'string', default: 'ours_tpe,optuna_tpe,hyperopt_tpe' },
    problems: { type: 'string', default: 'a25,b,c,d' },
    to: { type: 'string', default: join(DEFAULT_FOLDER, 'plots') },
    n: { type: 'string', default: '100' },
  },
});
const problems = chooseProblems(flags.problems);
const peers = flags.peers.split(',');
const longest = countOf('--n', flags.n);
const EVALUATIONS = logScale({ low: AT[0], high: longest });
const REGRET = linearScale({ low: 0, high: WORST }, { margin: 0 });
const runs = readRuns([RECORDED, ...(positionals.length > 0 ? positionals : [DEFAULT_FOLDER])]);
const last = scoreboard(runs, longest, problems);
const common = last.problems.filter((spec) => peers.every((peer) => last.bests(peer, spec).length > 0));
const boards = AT.filter((n) => n <= longest).map((n) => scoreboard(runs, n, problems));

mkdirSync(flags.to, { recursive: true });
for (const [name, specs] of classesOf(common)) {
  if (specs.length === 0) throw new Error(`no problem has been run by all of ${peers.join(', ')} up to ${longest}`);
  const series = peers.flatMap((peer, i) => {
    const points = boards.map((board) => [board.n, level(board, peer, specs)] as const);
    return curve(peer, LIGHT.studies[i % LIGHT.studies.length], points);
  });
  const title = `Normalised regret: ${name} (${specs.length} problems)`;
  const description = `${peers.join(', ')}, after ${AT[0]} to ${longest} evaluations; 0 is the optimum, 1 random search.`;
  const option = {
    grid: GRID,
    legend: legendOf(peers, LIGHT),
    xAxis: axisOf(EVALUATIONS, 'evaluations', LIGHT),
    yAxis: axisOf(REGRET, 'normalised regret', LIGHT, { gap: 48 }),
    series,
  };
  const picture = await pictureOf(
    { title, description, notes: [description], option, width: WIDTH, height: HEIGHT },
    LIGHT,
  );
  const file = join(flags.to, `${name.replaceAll(' ', '-')}.svg`);
  writeFileSync(file, picture);
  console.log(file);
}

/** A line over its band: ECharts stacks what lies between the band's edges on its lower one. */
function curve(name: string, color: string, points: readonly (readonly [number, Interval])[]): Series[] {
  const none = {
    type: 'line',
    symbol: 'none',
    silent: true,
    stack: `${name} band`,
    lineStyle: { opacity: 0 },
  } as const;
  const line = (at: (interval: Interval) => number): number[][] =>
    points.map(([n, interval]) => [EVALUATIONS.at(n)!, REGRET.at(at(interval))!]);
  return [
    { ...none, data: line(({ low }) => low) },
    { ...none, data: line(({ low, high }) => high - low), areaStyle: { color, opacity: 0.15 } },
    {
      name,
      type: 'line',
      data: line(({ mean }) => mean),
      symbolSize: 5,
      lineStyle: { color, width: 2.5 },
      itemStyle: { color },
    },
  ];
}
