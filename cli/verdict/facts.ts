/** The facts of a verdict in words: what both the terminal and the report say. */
import type { StudyStatus } from '../../study/contract.ts';
import type { Decision, Promotion, TestedCandidate, Verdict, Warning } from '../../study/evaluation/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { shortNumber } from '../progress.ts';
import { phaseText } from './phase.ts';

export const HEADLINES: Readonly<Record<Decision, string>> = {
  promote: 'Promote the challenger',
  keep: 'Keep the champion',
  inconclusive: 'Inconclusive: not enough to decide',
};

/** Why a study has no verdict, and what to do about it; undefined where it has one. */
export function missingVerdict({ evaluate }: StudyDefinition, status: StudyStatus): string | undefined {
  const { study, status: state, evaluation, finishedAt, reason, best } = status;
  if (evaluation?.judgement) return undefined;
  if (!evaluate)
    return `study '${study}' has no evaluate: in its study file, so nothing was tested; add it and run the file with --new`;
  const ended = evaluation?.reason ?? reason;
  const because = ended === undefined ? '' : ` (${ended})`;
  if (evaluation && evaluation.phase !== 'over')
    return `${phaseText(evaluation, study)!}; dtune watch ${study} follows it`;
  if (evaluation) return `study '${study}' ended its evaluation without a verdict${because}`;
  if (finishedAt === undefined)
    return `study '${study}' is still tuning (${state}); dtune watch ${study} follows it to its verdict`;
  if (!best) return `study '${study}' has no complete trial that could be tested${because}`;
  const goOn = state === 'stopped' ? `; dtune continue ${study} goes on with it` : '';
  return `study '${study}' ended before its final test${because}${goOn}`;
}

/** `trial 23`; of one that comes from elsewhere, `from elsewhere`. */
export function candidateText({ number }: TestedCandidate): string {
  return number === undefined ? 'from elsewhere' : `trial ${number}`;
}

/** A difference with its sign, to three digits. */
export function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${Number(value.toPrecision(3))}`;
}

/** `+0.025 (95 % interval +0.012 to +0.038)`; undefined where nothing was compared. */
export function effectText({ effect, interval, alpha }: Verdict): string | undefined {
  if (effect === undefined) return undefined;
  if (!interval) return signed(effect);
  const [low, high] = interval;
  return `${signed(effect)} (${percent(1 - alpha)} interval ${signed(low)} to ${signed(high)})`;
}

/** Which effects are worth a change. */
export function worthText(minimumEffect: number): string {
  return minimumEffect === 0 ? 'any gain' : `more than ${shortNumber(minimumEffect)}`;
}

/** By what it was compared, and on how much. */
export function methodText({ method, n, p }: Verdict): string {
  if (method === 'none') return 'there was nothing to compare';
  if (method === 'single values') return 'one number each, so nothing is known of chance';
  const units = method === 'corrected t' ? 'folds' : 'rows';
  const over = n === undefined ? '' : ` on ${n} ${units}`;
  return `${method}${over}${p === undefined ? '' : `, p = ${shortNumber(p)}`}`;
}

/** What the looks at the test data spend of the chance of a false promotion. */
export function looksText({ look, alpha, alphaSpent, alphaTotal }: Verdict): string {
  const [this_, spent, total] = [alpha, alphaSpent, alphaTotal].map(shortNumber);
  return `look ${look} at this test data, alpha ${this_} for it; ${spent} of ${total} spent by all looks so far`;
}

export function bayesianText({ bayesian }: Verdict): string | undefined {
  if (!bayesian) return undefined;
  const { worse, equal, better } = bayesian;
  return `better with probability ${percent(better)}, practically equal ${percent(equal)}, worse ${percent(worse)}`;
}

/** `promotion` as a sentence without its subject. */
export function promotionText({ state, until, by, why, finishedAt, output }: Promotion, study: string): string {
  const who = by === undefined ? '' : ` by ${by}`;
  const reason = why === undefined ? '' : `: ${why}`;
  const approved = by === undefined ? '' : `, approved by ${by}${reason}`;
  switch (state) {
    case 'waiting for approval': {
      const deadline = until === undefined ? '' : ` until ${minuteText(until)}`;
      return `waits for approval${deadline}: dtune approve ${study}, or dtune reject ${study}`;
    }
    case 'running':
      return `is being carried out${approved}`;
    case 'done':
      return `done${finishedAt === undefined ? '' : ` at ${minuteText(finishedAt)}`}${approved}`;
    case 'failed':
      return `failed${output === undefined ? '' : `: ${output.trim().split('\n').at(-1)!}`}${approved}`;
    case 'rejected':
      return `rejected${who}${reason}`;
    case 'expired':
      return `not carried out: nobody approved${until === undefined ? ' in time' : ` until ${minuteText(until)}`}`;
  }
}

/** `gap (blocks a promotion)` */
export function warningName({ guard, blocks }: Warning): string {
  return blocks ? `${guard} (blocks a promotion)` : guard;
}

/** `2026-01-02 03:04 UTC` */
export function minuteText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A share, 0 to 1, to three digits: `97.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
