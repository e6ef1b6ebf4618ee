/**
 * The search so far: a fold over results in the order of their first usable positions in the event log.
 *
 * Trials are tagged with the generation that they were drawn for. Generation g closes on the first lambda results tagged g, moves the
 * distribution, and never reopens: what comes late is ignored, as are trials that others gave values to. Lambda is what the first of
 * those trials says, so that it holds over edits of the parallelism. Failed trials do not count; after ten lambda of them in one
 * generation the search begins anew elsewhere. So the state is a function of that order alone.
 *
 * A trial that is trained in segments counts with its first: later ones would change generations that have closed.
 */
import { createRng } from '../numerics/philox.ts';
import { isBefore, isRanked, rankOf, type Rank } from '../objectives/rank.ts';
import type { Row, Seq, View } from '../sampler.ts';
import { Distribution, type Drawn } from './distribution.ts';
import { startAt, startAtRandom, type Layout, type Start } from './layout.ts';
import { decodeMemo, type Memo } from './memo.ts';
import { FIRST, hasEnded, nextRegime, type Policy, type Regime } from './restarts.ts';

export interface Setting {
  readonly layout: Layout;
  /** Of the first search, in widths of the unit cube. */
  readonly sigma: number;
  readonly adaptRates: boolean;
  readonly policy: Policy;
  /** No generation has fewer trials. */
  readonly parallel: number;
  /** What memos of these options carry. */
  readonly options: number;
}

interface Candidate extends Drawn {
  readonly rank: Rank;
  readonly value: number | undefined;
}

const FAILURES = 10;
/** Purpose of a key's generator: where a new search begins. */
const RESTART = 2;

export class Search {
  /** Of the open generation; counts on over restarts. */
  generation = 0;
  distribution: Distribution;
  private readonly setting: Setting;
  private rows = 0;
  private closed = 0;
  /** What the first of its trials had seen, once there is one. */
  private begun: Seq | undefined;
  /** The best trial that others made before that. */
  private before: { readonly rank: Rank; readonly x: Float64Array } | undefined;
  private regime: Regime = FIRST;
  private doublings = 0;
  private first = 0;
  private spent = { large: 0, small: 0 };
  private bests: (number | undefined)[] = [];
  /** Of the open generation. */
  private lambda: number | undefined;
  private candidates: Candidate[] = [];
  private failures = 0;

  constructor(setting: Setting) {
    this.setting = setting;
    this.distribution = this.begin(setting.layout.start, 1);
  }

  /** How many trials close the open generation. */
  get population(): number {
    const { parallel } = this.setting;
    return this.lambda ?? Math.max(Math.floor(this.regime.factor * this.distribution.population), parallel, 2);
  }

  advance({ rows, closed }: View): void {
    for (; this.rows < rows.length; this.rows++) {
      const row = rows[this.rows];
      if (this.begun === undefined && this.memoOf(row)) this.begun = row.asOf;
    }
    const results: { readonly position: Seq; readonly row: Row }[] = [];
    for (; this.closed < closed.length; this.closed++) {
      const row = atFirst(rows[closed[this.closed]]);
      if (row.x.length === this.setting.layout.space.dimensions.length) results.push({ position: row.closed!, row });
    }
    results.sort((a, b) => a.position - b.position || a.row.number - b.row.number);
    for (const { position, row } of results) {
      const memo = this.memoOf(row);
      if (memo) this.take(row, memo);
      else if (position <= (this.begun ?? Infinity)) this.lookBack(row);
    }
  }

  private memoOf({ memo, origin }: Row): Memo | undefined {
    if (origin !== 'sampler') return undefined;
    const decoded = decodeMemo(memo);
    return decoded?.options === this.setting.options ? decoded : undefined;
  }

  /** A trial of an earlier space, of another sampler, or of another study: the search begins at the best of those. */
  private lookBack(row: Row): void {
    if (row.state !== 'complete' || (row.origin !== 'sampler' && row.origin !== 'imported')) return;
    const rank = rankOf(row);
    if (this.before && !isBefore(rank, this.before.rank)) return;
    this.before = { rank, x: row.x };
    this.distribution = this.begin(startAt(this.setting.layout, row.x), 1);
  }

  private take(row: Row, { generation, lambda, key }: Memo): void {
    if (generation !== this.generation) return;
    this.lambda ??= lambda;
    if (!isRanked(row)) {
      if (++this.failures >= FAILURES * this.lambda) this.restart(key, FIRST);
      return;
    }
    this.candidates.push({ key, x: row.x, rank: rankOf(row), value: row.y?.[0] });
    if (this.candidates.length >= this.lambda) this.close(key);
  }

  private close(key: number): void {
    const ranked = this.candidates.toSorted((a, b) => (isBefore(a.rank, b.rank) ? -1 : 1));
    const lambda = ranked.length;
    this.distribution.update(ranked);
    this.bests.push(ranked[0].value);
    if (this.generation === 0) this.first = lambda;
    // the first search is of neither kind
    if (this.regime !== FIRST) this.spent[this.regime.isSmall ? 'small' : 'large'] += lambda;
    const { policy, layout } = this.setting;
    if (policy !== 'none' && hasEnded(this.distribution.gaussian, layout.isContinuous, this.bests, lambda)) {
      const rng = createRng(key, 0);
      const u = [rng.uniform(RESTART, layout.size), rng.uniform(RESTART, layout.size + 1)] as const;
      this.restart(key, nextRegime(policy, this.doublings, this.first, this.spent, u));
    } else this.open();
  }

  private restart(key: number, regime: Regime): void {
    const { layout } = this.setting;
    const rng = createRng(key, 0);
    if (!regime.isSmall && regime !== FIRST) this.doublings++;
    this.regime = regime;
    this.bests = [];
    this.distribution = this.begin(
      startAtRandom(layout, (i) => rng.uniform(RESTART, i)),
      regime.step,
    );
    this.open();
  }

  private open(): void {
    this.generation++;
    this.lambda = undefined;
    this.candidates = [];
    this.failures = 0;
  }

  private begin(start: Start, step: number): Distribution {
    const { layout, sigma, adaptRates } = this.setting;
    return new Distribution(layout, start, sigma * step, adaptRates);
  }
}

/** A row as its first segment left it, where it has some. */
function atFirst(row: Row): Row {
  const first = row.segments?.[0];
  if (!first) return row;
  const { c: _c, ...rest } = row;
  return { ...rest, state: 'pruned', y: first.y, step: first.to, closed: first.seq };
}
