/**
 * A gain that another seed could have given.
 *
 * Where a candidate was tested with several seeds, the spread between them tells how far the difference of two means would be
 * from 0 by chance: t s sqrt(1/a + 1/b), s pooled over both candidates. Else trials with the same parameters tell it, and else
 * their folds, of the best's gain over the defaults. Comparisons on the predictions of one trained model each (bootstrap,
 * McNemar, DeLong) know of the rows alone and nothing of this noise, so a promotion may not rest on them; the corrected
 * t test has it in its interval.
 */
import { mean } from '../../study/numerics/mean.ts';
import { counted, figure } from '../figures.ts';
import type { Finding, Guard, GuardInput } from './guard.ts';
import { bestOf, completeTrials, finishedRuns, firstObjective, lead, type Measured } from './measured.ts';
import { marginOf, noiseOfFolds, noiseOfRepeats, noiseWithin, type Noise } from './noise.ts';

/** What is compared, as a difference of means of so many values. */
interface Gain {
  readonly what: string;
  readonly size: number;
  readonly counts: readonly [number, number];
  readonly tested: boolean;
}

export const seeds: Guard = (input) => {
  // whose trials are deterministic has no such noise
  if (input.definition.deterministic) return null;
  const runs = [input.champion, input.challenger].map((candidate) =>
    finishedRuns(candidate).map(({ values }) => values[0]!),
  ) as [number[], number[]];
  const trials = completeTrials(input);
  const best = bestOf(input, trials);
  const tuned = gainInTuning(input, trials, best);
  const gain = gainInTest(input, runs) ?? tuned;
  // the defaults are the best: nobody is flattered
  if (!gain && best?.record.baseline) return null;
  if (!gain)
    return {
      lacks: 'there is no gain to judge: neither champion and challenger were tested, nor best and defaults complete',
    };

  const ofRuns = gain.tested ? noiseWithin(runs) : undefined;
  if (ofRuns) return judge(input, gain, ofRuns, `Runs of the test with other seeds`);
  const ofRepeats = noiseOfRepeats(trials);
  if (ofRepeats) return judge(input, gain, ofRepeats, 'Trials with the same parameters');
  const ofFolds = noiseOfFolds(trials, best?.record.folds?.length ?? 0);
  if (ofFolds && tuned) return judge(input, tuned, ofFolds, 'By their folds, values of trials');
  return {
    lacks: 'the noise between seeds is unknown: set evaluate.repeats to 2 or more, or let some parameters run twice',
  };
};

function gainInTest(input: GuardInput, [champion, challenger]: [number[], number[]]): Gain | undefined {
  if (champion.length === 0 || challenger.length === 0) return undefined;
  const counts = [champion.length, challenger.length] as const;
  const of =
    counts[0] === counts[1] ? `${counted(counts[0], 'run')} each` : `${counts[1]} and ${counted(counts[0], 'run')}`;
  return {
    what: `the challenger's gain over the champion (${of})`,
    size: lead(firstObjective(input).goal, mean(challenger), mean(champion)),
    counts,
    tested: true,
  };
}

function gainInTuning(input: GuardInput, trials: readonly Measured[], best: Measured | undefined): Gain | undefined {
  const baseline = trials.find(({ record }) => record.baseline);
  if (!best || !baseline || best === baseline) return undefined;
  return {
    what: `the gain of trial ${best.record.number} over the defaults (trial ${baseline.record.number})`,
    size: lead(firstObjective(input).goal, best.value, baseline.value),
    counts: [1, 1],
    tested: false,
  };
}

function judge(input: GuardInput, { what, size, counts, tested }: Gain, { sd, df }: Noise, who: string): Finding {
  const margin = marginOf(df) * sd * Math.sqrt(1 / counts[0] + 1 / counts[1]);
  // where nothing was gained nobody is flattered, unless the metric that decides says otherwise
  const { decision, method } = input.verdict ?? {};
  if (size > margin || (size <= 0 && decision !== 'promote') || sd === 0) return null;
  return {
    saw:
      `${who} differ by ${figure(sd)} in ${firstObjective(input).name} (standard deviation, ${counted(df, 'degree')} of freedom); ` +
      `${what} is ${figure(size)}, within the ${figure(margin)} that this noise explains.`,
    advice: `Test with more seeds: evaluate.repeats${tested ? ` above ${Math.max(...counts)}` : ' of 5 or more'}.`,
    blocks: tested && method !== 'corrected t',
  };
}
