/**
 * The sampler of a study of several model classes: it decides of which class a trial is (allocation.ts, bandit.ts), and that class's own sampler
 * suggests the rest from the trials of its class alone.
 *
 * A class whose sampler has no more points is left to the others. Where a class's sampler fails, the class stays: chance chooses the
 * rest.
 */
import { SamplerFallbackError } from '../../study/errors.ts';
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { classSpace, MODEL, type BanditSpec } from '../../study/models.ts';
import { listed } from '../../study/syntax/field.ts';
import { pinned } from '../fixed-values.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { suggestionFault } from '../suggestion-fault.ts';
import { furthestBehind } from './allocation.ts';
import { bestArm } from './bandit.ts';
import { StudyRows } from './class-rows.ts';

export interface ClassSampler {
  readonly name: string;
  readonly weight: number;
  readonly sampler: Sampler;
  readonly options: Options;
}

interface Cache {
  readonly rows: StudyRows;
  /** What each class's sampler keeps, as far as it was asked. */
  readonly held: unknown[];
}

const VERSION = 1;

/**
 * @param classes  in the order of the choice `model`
 * @param bandit  absent: trials are divided by weight alone
 */
export function modelsSampler(classes: readonly ClassSampler[], bandit?: BanditSpec): Sampler<Cache> {
  const problems = new WeakMap<Problem, readonly Problem[]>();
  const problemsOf = (problem: Problem): readonly Problem[] => {
    let known = problems.get(problem);
    if (!known) problems.set(problem, (known = classes.map(({ name }) => partOf(problem, name))));
    return known;
  };
  const weights = classes.map(({ weight }) => weight);

  const nextClass = ({ classes: arms, values }: StudyRows, open: readonly boolean[]): number | undefined => {
    if (bandit) return bestArm(arms, weights, open, values, bandit.exploration);
    const started = arms.map((each) => each.started);
    return furthestBehind(weights, started, open);
  };

  /** Where there is none, the class has no more points. */
  const suggestOf = (
    cache: Cache,
    model: number,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
  ): Suggestion | undefined => {
    const { sampler, options } = classes[model];
    const own = cache.rows.classes[model];
    const part = problemsOf(problem)[model];
    const ownView: View = { seq: view.seq, rows: own.rows, closed: own.closed };
    const ownAsk: Ask = { ...ask, number: own.rows.length, fixed: own.ownOf(ask.fixed) };
    const before = cache.held[model];
    // after an error it may be half way
    cache.held[model] = undefined;
    const held = sampler.advance(before, ownView, part, options);
    const answer = sampler.suggest(held, ownView, ownAsk, rng, part, options);
    cache.held[model] = held;
    if (answer === 'exhausted') return undefined;
    const fault = suggestionFault(part, ownAsk, answer);
    if (fault !== undefined) throw new SamplerFallbackError(fault);
    return { ...answer, x: own.whole(answer.x, model, problem.space.dimensions.length) };
  };

  return {
    name: 'models',
    version: versionOf(classes),
    options: {},

    heavy: (rows, problem) => classes.some(({ sampler }, i) => sampler.heavy?.(rows, problemsOf(problem)[i]) === true),

    supports(problem) {
      const domain = problem.space.slotOf.get(MODEL)?.parameter.domain;
      const names = domain?.kind === 'choice' ? domain.choices : [];
      if (names.length !== classes.length || classes.some(({ name }, i) => names[i] !== name))
        return `the space has not the classes ${listed(classes.map(({ name }) => name))}, expected the choice ${MODEL} of them`;
      for (const [i, { name, sampler, options }] of classes.entries()) {
        const verdict = sampler.supports(problemsOf(problem)[i], options);
        if (verdict !== true) return `of class ${name}, sampler ${sampler.name}: ${verdict}`;
      }
      return true;
    },

    advance(cache, view, problem) {
      const next = cache ?? { rows: new StudyRows(partsOf(problem.space, classes)), held: [] };
      next.rows.advance(view);
      return next;
    },

    suggest(cache, view, ask, rng, problem) {
      const { fixed, among } = pinned(problem.space, ask.fixed);
      const may = Number.isNaN(fixed[0]) ? among?.get(0) : [fixed[0]];
      const open = classes.map((_, i) => may?.includes(i) ?? true);
      for (;;) {
        const model = nextClass(cache.rows, open);
        if (model === undefined) return 'exhausted';
        try {
          const answer = suggestOf(cache, model, view, { ...ask, fixed }, rng, problem);
          if (answer) return answer;
        } catch (error) {
          if (!(error instanceof SamplerFallbackError)) throw error;
          const kept = fixed.slice();
          kept[0] = model;
          throw new SamplerFallbackError(error.message, { cause: error, kept });
        }
        open[model] = false;
      }
    },
  };
}

function partOf({ space, fixed: _none, ...problem }: Problem, name: string): Problem {
  return { ...problem, space: classSpace(space, name).space };
}

function partsOf(space: CompiledSpace, classes: readonly ClassSampler[]): ReturnType<typeof classSpace>[] {
  return classes.map(({ name }) => classSpace(space, name));
}

/** Of this rule and of all its samplers, since a change of any changes suggestions: 1 to 65,535, which is what a row has room for. */
function versionOf(classes: readonly ClassSampler[]): number {
  let version = VERSION;
  for (const { sampler } of classes) {
    for (const letter of sampler.name) version = (Math.imul(version, 31) + letter.codePointAt(0)!) | 0;
    version = (Math.imul(version, 31) + sampler.version) | 0;
  }
  return ((version >>> 0) % 65_535) + 1;
}
