/**
 * One study's sampler at work: rows in, suggestions out. It does no I/O and keeps nothing that an answer could depend on:
 * a session made anew from the same rows answers with the same bits.
 *
 * A batch of asks is a fold: each suggestion is a pending row for the next. Such a row stands only until the study's own
 * row of that number is pushed, or the number is asked for again.
 */
import { toBase64 } from '../study/wording/base64.ts';
import type { AskSlot, SuggestAnswer, SuggestedTrial } from '../study/contract.ts';
import { SamplerFallbackError } from '../study/errors.ts';
import type { StudyDefinition } from '../study/study.ts';
import { checkDefinition, problemOf } from './check.ts';
import { fixedFor } from './fixed-values.ts';
import { createHistory } from './history.ts';
import { createRng, trialSeed } from './numerics/philox.ts';
import { random } from './designs/random.ts';
import { resolveSampler } from './resolve.ts';
import type { Ask, Options, Problem, Rng, Row, Sampler, Suggestion, View } from './sampler.ts';
import { suggestionFault } from './suggestion-fault.ts';

export interface Session {
  /** Takes in rows that are new or have changed; objectives are to be minimised (rows.ts). */
  push(rows: readonly Row[]): void;
  /**
   * Suggests parameters, in the order asked; asking changes nothing.
   * @throws StudyDefinitionError on fixed parameters that the space does not have, or if its regions forbid everything
   * @throws ColdCacheError if a row below an asked number was never pushed
   */
  ask(asks: readonly AskSlot[]): SuggestAnswer;
}

/**
 * @param samplers  those there are; the built-in ones by default
 * @throws StudyDefinitionError if the sampler is unknown, an option is wrong, or the problem is not for this sampler
 */
export function createSession(definition: StudyDefinition, samplers?: readonly Sampler[]): Session {
  checkDefinition(definition, samplers);
  const { sampler, options } = resolveSampler(definition, samplers);
  return sessionOf(sampler, options, problemOf(definition), definition.seed);
}

/** A session of any sampler, for a problem and options it supports. */
export function sessionOf(sampler: Sampler, options: Options, problem: Problem, seed: number): Session {
  const { space } = problem;
  const history = createHistory(problem);
  const tentative = new Set<number>();
  let cache: { readonly held: unknown; readonly generation: number } | undefined;

  /** The sampler's own suggestion, or a random one and why. */
  const propose = (view: View, ask: Ask, rng: Rng): { answer: Suggestion | 'exhausted'; fallback?: string } => {
    const before = cache?.generation === history.generation ? cache.held : undefined;
    // after an error the cache may be half way
    cache = undefined;
    let fallback: string | undefined;
    let kept = ask;
    try {
      const held = sampler.advance(before, view, problem, options);
      const answer = sampler.suggest(held, view, ask, rng, problem, options);
      cache = { held, generation: history.generation };
      fallback = answer === 'exhausted' ? undefined : suggestionFault(problem, ask, answer);
      if (fallback === undefined) return { answer };
    } catch (error) {
      if (!(error instanceof SamplerFallbackError)) throw error;
      fallback = error.message;
      if (error.kept) kept = { ...ask, fixed: error.kept };
    }
    return {
      answer: random.suggest(random.advance(undefined, view, problem, {}), view, kept, rng, problem, {}),
      fallback,
    };
  };

  const suggest = ({ number, asOf, fixed, rung, lineage }: AskSlot): SuggestedTrial | 'exhausted' => {
    const view = history.viewAt(asOf, number);
    const parent = lineage && view.rows[lineage.parent];
    const ask = {
      number,
      // a parent without a point in the present space has nothing to keep
      fixed: lineage?.keeps && parent!.x.length > 0 ? parent!.x : fixedFor(problem, fixed),
      ...(rung && { rung }),
      ...(parent && { parent: parent.number }),
    };
    const { answer, fallback } = propose(view, ask, createRng(seed, number));
    if (answer === 'exhausted') return answer;
    const { memo } = answer;
    const row: Row = {
      number,
      space: space.space.version,
      origin: fallback !== undefined ? 'fallback' : fixed ? 'enqueued' : 'sampler',
      state: 'pending',
      // adding 0 makes 0 of -0, which no JSON carries
      x: Float64Array.from(answer.x, (value) => value + 0),
      seed: trialSeed(seed, number),
      asOf,
      ...(rung && { rung }),
      ...(lineage && { parent: lineage.parent }),
      ...(memo && { memo: memo.slice() }),
    };
    if (!history.has(number) || tentative.has(number)) {
      tentative.add(number);
      history.push([row]);
    }
    return {
      x: Array.from(row.x, (value) => (Number.isNaN(value) ? null : value)),
      seed: row.seed,
      ...(memo && { memo: toBase64(memo) }),
      ...(fallback !== undefined && { fallback }),
    };
  };

  return {
    push(rows) {
      for (const { number } of rows) tentative.delete(number);
      history.push(rows);
    },
    ask(asks) {
      const suggestions: SuggestedTrial[] = [];
      for (const slot of asks) {
        const suggestion = suggest(slot);
        if (suggestion === 'exhausted') return { sampler: sampler.version, suggestions, exhausted: true };
        suggestions.push(suggestion);
      }
      return { sampler: sampler.version, suggestions, exhausted: false };
    },
  };
}
