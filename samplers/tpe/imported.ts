/**
 * Imported rows in TPE: good and bad by their own order, which is another study's, and of a weight that is the trust in them
 * (transfer.ts) and fades as own rows come.
 *
 * The best of the imported rows are good beside the best of the own ones, each by its share, so that the two scales never meet.
 */
import type { CompiledSpace } from '../../study/dimensions.ts';
import { isRanked } from '../rank.ts';
import type { Row } from '../sampler.ts';
import { Transfer } from '../transfer.ts';
import { goodCount, Ranking, type Split } from './split.ts';

/** With so many own rows an imported one weighs half of what it did without. */
const HALF = 10;

interface Side {
  readonly ranking: Ranking;
  ranked: number;
}

export class Imported {
  /** Numbers of the imported rows that closed, whatever became of them. */
  readonly numbers: Set<number> = new Set();
  private readonly transfer: Transfer;
  private readonly own: Side = { ranking: new Ranking(), ranked: 0 };
  private readonly others: Side = { ranking: new Ranking(), ranked: 0 };

  constructor(space: CompiledSpace) {
    this.transfer = new Transfer(space);
  }

  /** Takes in a row that closed. */
  add(row: Row): void {
    const isImported = row.origin === 'imported';
    if (isImported) this.numbers.add(row.number);
    if (!isRanked(row)) return;
    this.transfer.add(row);
    const side = isImported ? this.others : this.own;
    side.ranking.add(row);
    side.ranked++;
  }

  /** How far the imported rows can be trusted, in [0, 1]. */
  trust(): number {
    return this.transfer.trust();
  }

  /** @param ignored  other rows in neither density */
  split(goodShare: number, ignored: readonly number[]): Split {
    const weight = (this.trust() * HALF) / (HALF + this.own.ranked);
    const best = ({ ranking, ranked }: Side): number[] => ranking.best.slice(0, goodCount(ranked, goodShare));
    const own = best(this.own);
    if (weight === 0) return { good: own, ignored: [...this.numbers, ...ignored].sort((a, b) => a - b) };
    const others = best(this.others);
    const weights = [...own.map(() => 1), ...others.map(() => weight)];
    return { good: [...own, ...others], weights, ignored, light: { rows: this.numbers, weight } };
  }
}
