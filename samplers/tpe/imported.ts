/**
 * Imported rows in TPE: good and bad by the order of their own source, which is another study, and of a weight that is the trust in that
 * source (../transfer) and fades as own rows come.
 *
 * The best of each source's rows are good beside the best of the own ones, each by its share, so that scales never meet.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { isRanked } from '../objectives/rank.ts';
import type { Row } from '../sampler.ts';
import { forestLearner, type LearntForest } from '../transfer/forest-learner.ts';
import { Transfer } from '../transfer/transfer.ts';
import { goodCount, Ranking, type Split } from './split.ts';

/** With so many own rows an imported one weighs half of what it did without. */
const HALF = 10;

interface Side {
  readonly ranking: Ranking;
  ranked: number;
}

export class Imported {
  /** The source of each imported row that closed, whatever became of it, by number. */
  readonly sources: Map<number, string> = new Map();
  private readonly transfer: Transfer<LearntForest>;
  private readonly own: Side = { ranking: new Ranking(), ranked: 0 };
  private readonly others = new Map<string, Side>();

  constructor(space: CompiledSpace) {
    this.transfer = new Transfer(forestLearner(space));
  }

  /** Takes in a row that closed. */
  add(row: Row): void {
    const { source = '' } = row;
    const isImported = row.origin === 'imported';
    if (isImported) this.sources.set(row.number, source);
    if (!isRanked(row)) return;
    this.transfer.add(row);
    const side = isImported ? (this.others.get(source) ?? { ranking: new Ranking(), ranked: 0 }) : this.own;
    if (isImported) this.others.set(source, side);
    side.ranking.add(row);
    side.ranked++;
  }

  /** How far the imported rows can be trusted, in [0, 1]. */
  trust(): number {
    return this.transfer.trust();
  }

  /** @param ignored  other rows in neither density */
  split(goodShare: number, ignored: readonly number[]): Split {
    const fade = HALF / (HALF + this.own.ranked);
    const weights = new Map(this.transfer.voices().map(({ source, weight }) => [source, weight * fade]));
    const best = ({ ranking, ranked }: Side): number[] => ranking.best.slice(0, goodCount(ranked, goodShare));
    const own = best(this.own);
    const good = [...own];
    const goodWeights = own.map(() => 1);
    for (const [source, side] of this.others) {
      const weight = weights.get(source);
      if (weight === undefined) continue;
      const rows = best(side);
      good.push(...rows);
      goodWeights.push(...rows.map(() => weight));
    }
    const light = new Map<number, number>();
    const untrusted: number[] = [];
    for (const [row, source] of this.sources) {
      const weight = weights.get(source);
      if (weight === undefined) untrusted.push(row);
      else light.set(row, weight);
    }
    return {
      good,
      ignored: [...untrusted, ...ignored].sort((a, b) => a - b),
      ...(light.size > 0 && { weights: goodWeights, light }),
    };
  }
}
