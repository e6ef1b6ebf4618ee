/**
 * What other studies' trials say about this one: trials imported into a study are prior data of other data sets, and may mislead.
 *
 * Each source is trusted for itself (source.ts), as far as its order agrees with that of the study's own trials. Together they weigh
 * as much as a mean source, each by its trust, so that two that say the same are not believed twice.
 *
 * Everything here is a function of the rows, in the order they closed.
 */
import { forbiddenAt } from '../../study/space/point.ts';
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { rankOf } from '../objectives/rank.ts';
import { sameNumbers } from '../same-numbers.ts';
import type { Ask, Rng, Row, View } from '../sampler.ts';
import { Source, type Learn, type Learnt, type Result } from './source.ts';

/** A source's model and its weight, > 0; the weights of a study's sources sum to at most 1. */
export interface Voice<M> {
  readonly source: string;
  readonly model: M;
  readonly weight: number;
}

/** The first own rows are the most varied; later ones lie where the results are good, and say little of the order. */
const MOST_OWN = 100;
/** Purpose of the number that says whether a trial of the beginning follows the model: above those of other draws. */
const TRUST = 0xd0000002;

export class Transfer<M extends Learnt> {
  private readonly learn: Learn<M>;
  private readonly sources = new Map<string, Source<M>>();
  private readonly own: Result[] = [];
  /** Imported rows taken in. */
  imported = 0;
  private known: { readonly imported: number; readonly own: number; readonly voices: readonly Voice<M>[] } | undefined;

  constructor(learn: Learn<M>) {
    this.learn = learn;
  }

  /** Takes in a row with a result, in the order they closed. */
  add(row: Row): void {
    const result = { number: row.number, x: row.x.slice(), rank: rankOf(row) };
    if (row.origin !== 'imported') {
      if (this.own.length < MOST_OWN) this.own.push(result);
      return;
    }
    const name = row.source ?? '';
    const source = this.sources.get(name) ?? new Source(this.learn);
    this.sources.set(name, source);
    source.results.push(result);
    this.imported++;
  }

  /**
   * The sources that are trusted, as the first `own` rows with results say.
   * @param own  all of them by default
   */
  voices(own: number = this.own.length): readonly Voice<M>[] {
    const count = Math.min(own, this.own.length);
    if (this.known?.imported !== this.imported || this.known.own !== count) {
      const rows = this.own.slice(0, count);
      const trusts = [...this.sources].map(([name, source]) => ({ name, source, trust: source.trust(rows) }));
      const total = trusts.reduce((sum, { trust }) => sum + trust, 0);
      const voices = trusts
        .filter(({ trust }) => trust > 0)
        .map(({ name, source, trust }) => ({ source: name, model: source.model, weight: (trust * trust) / total }));
      this.known = { imported: this.imported, own: count, voices };
    }
    return this.known.voices;
  }

  /** How far the sources can be trusted together: from 0, they say nothing, to 1, they are as good as own rows; 0 without any. */
  trust(): number {
    return this.voices().reduce((sum, { weight }) => sum + weight, 0);
  }

  /**
   * What a trial of a study's beginning is made from: a point of the sources, the model, or the usual design.
   *
   * While fewer than two own trials tell, the best point of the sources and one of the design take turns: which of them is better says
   * most about the sources. Then the model is followed as likely as they are trusted.
   */
  beginning(view: View, ask: Ask, space: CompiledSpace, rng: Rng): Float64Array | 'model' | 'design' {
    const trust = this.trust();
    if (this.own.length >= 2) return rng.uniform(TRUST, 0) < trust ? 'model' : 'design';
    const own = view.rows.filter(({ origin }) => origin !== 'imported').length;
    return (trust > 0 && own % 2 === 0 && this.bestUntried(view, ask, space)) || 'design';
  }

  /** The imported point of which the sources promise most, of those that an ask allows and that no own trial had. */
  private bestUntried({ rows }: View, { fixed }: Ask, space: CompiledSpace): Float64Array | undefined {
    const voices = this.voices();
    const own = rows.filter(({ origin }) => origin !== 'imported');
    const points = [...this.sources.values()]
      .flatMap(({ results }) => results)
      .filter(({ x }) => fixed.every((value, i) => Number.isNaN(value) || value === x[i]))
      .map(({ number, x }) => ({ number, x, score: voices.reduce((sum, v) => sum + v.weight * v.model.scoreAt(x), 0) }))
      .sort((a, b) => a.score - b.score || a.number - b.number);
    return points.find(({ x }) => forbiddenAt(space, x) < 0 && !own.some((row) => sameNumbers(row.x, x)))?.x.slice();
  }
}
