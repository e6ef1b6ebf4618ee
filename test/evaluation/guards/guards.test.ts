import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGuards, DEFAULT_GUARDS, type GuardInput } from '../../../evaluation/guards/index.ts';
import type { TestedCandidate } from '../../../study/evaluation/contract.ts';
import { GUARDS } from '../../../study/evaluation/spec.ts';
import type { TrialRecord } from '../../../study/trial/trial.ts';
import { guardsOf, predictionsOf, studyOf, testedOf, trialOf, verdictOf } from './studies.ts';

/** Everything is wrong with it. */
const bad = studyOf(
  [1, 2, 3, 4, 5].map((i) =>
    trialOf(i, 0.9 + 0.001 * i, { folds: [0.8 + 0.03 * i, 1 - 0.028 * i], train: 1, params: { x: 1, y: i } }),
  ),
  {
    guards: guardsOf({ gap: { above: 0.05, as: 'warning' } }),
    challenger: testedOf([0.7, 0.9], { number: 4 }),
    champion: testedOf([], { runs: [{ seed: 1, failed: 'gone' }] }),
    predictions: { champion: predictionsOf('a 95 a, b 5 b'), challenger: predictionsOf('a 95 a, b 5 a') },
    costs: {
      classes: ['a', 'b'],
      matrix: [
        [0, 1],
        [9, 0],
      ],
    },
  },
);

describe('the guards', () => {
  it('are heard in the order of their names', () => {
    const { warnings, unchecked } = checkGuards(bad);
    expect(warnings.map(({ guard, blocks }) => `${guard}${blocks ? ' blocks' : ''}`)).toEqual([
      'imbalance blocks',
      'gap',
      'optimism',
      'defaults blocks',
      'bound',
      'costs blocks',
    ]);
    expect(unchecked.map(({ guard }) => guard)).toEqual(['seeds']);
  });

  it('are not heard where they are off, not even about what they lack', () => {
    for (const off of GUARDS) {
      const { warnings, unchecked } = checkGuards({ ...bad, guards: { ...bad.guards, off: [off] } });
      expect([...warnings, ...unchecked].map(({ guard }) => guard).toSorted()).toEqual(
        GUARDS.filter((each) => each !== off).toSorted(),
      );
    }
    expect(checkGuards({ ...bad, guards: { ...bad.guards, off: GUARDS } })).toEqual({ warnings: [], unchecked: [] });
  });

  it('say what each lacks of a study with nothing in it', () => {
    const { warnings, unchecked } = checkGuards(studyOf([]));
    expect(warnings).toEqual([]);
    expect(unchecked).toMatchInlineSnapshot(`
      [
        {
          "guard": "imbalance",
          "lacks": "there are no predictions: return them in phase test, with at least one row",
        },
        {
          "guard": "gap",
          "lacks": "neither the best trial nor a test has a training score: return train beside the value",
        },
        {
          "guard": "optimism",
          "lacks": "there are 0 complete trials: expected at least 5",
        },
        {
          "guard": "defaults",
          "lacks": "there are no trials",
        },
        {
          "guard": "bound",
          "lacks": "there is no best trial",
        },
        {
          "guard": "seeds",
          "lacks": "there is no gain to judge: neither champion and challenger were tested, nor best and defaults complete",
        },
      ]
    `);
  });

  it('have defaults for a study that says nothing of them', () => {
    expect(DEFAULT_GUARDS).toEqual({ off: [], imbalance: 0.8, bound: 0.01 });
  });
});

const score = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 500);
const trial = fc.record({
  value: score,
  train: fc.option(score, { nil: undefined }),
  folds: fc.option(fc.array(score, { minLength: 3, maxLength: 3 }), { nil: undefined }),
  x: fc.constantFrom(0, 0.3, 0.5, 1),
  state: fc.constantFrom('complete' as const, 'complete' as const, 'complete' as const, 'failed' as const),
});
const runs = fc.array(score, { maxLength: 4 });

/** Any study; candidates that the study or somebody else found. */
const study = fc
  .record({
    trials: fc.array(trial, { maxLength: 14 }),
    champion: runs,
    challenger: runs,
    above: fc.option(fc.constant(0.5), { nil: undefined }),
  })
  .map(({ trials, champion, challenger, above }): GuardInput => {
    const records = trials.map(({ value, train, folds, x, state }, number): TrialRecord => {
      const measured = state === 'complete' ? { ...(train !== undefined && { train }), ...(folds && { folds }) } : {};
      return trialOf(number, value, {
        state,
        params: { x, y: 1 },
        ...(state === 'failed' && { values: null }),
        ...measured,
      });
    });
    const input = studyOf(records, {
      verdict: verdictOf(),
      guards: guardsOf(above === undefined ? {} : { gap: { above, as: 'warning' } }),
    });
    return {
      ...input,
      ...(champion.length > 0 && { champion: testedOf(champion, { number: 0 }) }),
      ...(challenger.length > 0 && { challenger: testedOf(challenger, { number: input.best?.number ?? 1 }) }),
    };
  });

/** The same study with everything measured on the other side of 0, and minimized. */
function mirrored(input: GuardInput): GuardInput {
  const turn = (value: number) => (value === 0 ? 0 : -value);
  const candidate = (each: TestedCandidate): TestedCandidate => ({
    ...each,
    runs: each.runs.map((run) => ('failed' in run ? run : { ...run, values: run.values.map(turn) })),
  });
  const { definition, trials, best, champion, challenger } = input;
  const values = (of: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, turn(value)]));
  return {
    ...input,
    definition: { ...definition, objectives: [{ name: 'accuracy', goal: 'minimize' }] },
    metric: { name: 'accuracy', goal: 'minimize' },
    trials: trials.map((each) => ({
      ...each,
      values: each.values && values(each.values),
      ...(each.train !== undefined && { train: turn(each.train) }),
      ...(each.folds && { folds: each.folds.map(turn) }),
    })),
    best: best && { ...best, values: values(best.values) },
    ...(champion && { champion: candidate(champion) }),
    ...(challenger && { challenger: candidate(challenger) }),
  };
}

describe('the guards, whatever the study', () => {
  it('see the same of a goal and its opposite', () => {
    const outline = (input: GuardInput) => {
      const { warnings, unchecked } = checkGuards(input);
      return { warnings: warnings.map(({ guard, blocks }) => ({ guard, blocks })), unchecked };
    };
    fc.assert(
      fc.property(study, (input) => {
        expect(outline(mirrored(input))).toEqual(outline(input));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('do not care for the order of trials', () => {
    const shuffled = study.chain((input) =>
      fc
        .shuffledSubarray([...input.trials], { minLength: input.trials.length })
        .map((trials) => [input, { ...input, trials }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([input, other]) => {
        expect(checkGuards(other)).toEqual(checkGuards(input));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('speak in whole sentences with finite figures', () => {
    const sentence = /^[A-Z].*\.$/s;
    fc.assert(
      fc.property(study, (input) => {
        const { warnings, unchecked } = checkGuards(input);
        expect(JSON.stringify({ warnings, unchecked })).not.toMatch(/NaN|Infinity|undefined|null/);
        for (const { saw, advice } of warnings) {
          expect(advice).toMatch(sentence);
          expect(saw).toMatch(/^[A-Za-z].*\.$/s);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
