/** A verdict as commands print it: in full, or as a few lines of a study's status. */
import type { StudyStatus } from '../../study/contract.ts';
import type { Warning } from '../../study/evaluation/contract.ts';
import { shortNumber } from '../progress.ts';
import type { ReportInput } from '../report/input.ts';
import {
  bayesianText,
  candidateText,
  effectText,
  looksText,
  methodText,
  missingVerdict,
  promotionText,
  warningName,
  worthText,
} from './facts.ts';
import { phaseText } from './phase.ts';

/** All that `dtune verdict` says. */
export function verdictText({ definition, status, warnings, unchecked }: ReportInput): string {
  return [
    ...verdictFacts(definition, status),
    ...(status.evaluation?.judgement || warnings.length > 0 ? [['guards', countText(warnings)]] : []),
    ...warnings.flatMap((warning) => [
      ['  warning', `${warningName(warning)}: ${warning.saw}`],
      ['  advice', warning.advice],
    ]),
    ...unchecked.map(({ guard, lacks }) => ['  unchecked', `${guard}: ${lacks}`]),
    ...promotionFact(status),
  ]
    .map(([label, text]) => `${label!.padEnd(12)}${text}`)
    .join('\n');
}

/** The lines of a study's status that tell of its evaluation; none where there is none yet. */
export function evaluationLines(status: StudyStatus): string[] {
  const { evaluation } = status;
  if (!evaluation) return [];
  const { judgement, reason = 'the evaluation ended without one' } = evaluation;
  const verdict = judgement && `${judgement.verdict.decision}: ${judgement.verdict.reason}`;
  return [
    ['verdict', verdict ?? phaseText(evaluation, status.study) ?? `none: ${reason}`],
    ...(judgement?.warnings ?? []).map((warning) => ['warning', `${warningName(warning)}: ${warning.saw}`]),
    ...promotionFact(status),
  ].map(([label, text]) => `${label!.padEnd(10)}${text}`);
}

function verdictFacts(definition: ReportInput['definition'], status: StudyStatus): (readonly [string, string])[] {
  const { judgement, champion, challenger } = status.evaluation ?? {};
  if (!judgement)
    return [
      ['verdict', `none${status.finishedAt === undefined ? ' yet' : ''}: ${missingVerdict(definition, status)!}`],
    ];
  const { verdict } = judgement;
  const value = (measured: number | undefined): string => (measured === undefined ? '–' : shortNumber(measured));
  const facts: (readonly [string, string | undefined])[] = [
    ['verdict', `${verdict.decision}: ${verdict.reason}`],
    ['metric', `${verdict.metric}, ${verdict.goal}`],
    ['champion', value(verdict.champion) + (champion ? ` (${candidateText(champion)})` : '')],
    ['challenger', value(verdict.challenger) + (challenger ? ` (${candidateText(challenger)})` : '')],
    ['effect', effectText(verdict)],
    ['', `more than 0 is better; worth a change: ${worthText(verdict.minimumEffect)}`],
    ['method', methodText(verdict)],
    ['posterior', bayesianText(verdict)],
    ['looks', looksText(verdict)],
  ];
  return facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
}

function promotionFact({ study, evaluation }: StudyStatus): (readonly [string, string])[] {
  const promotion = evaluation?.promotion;
  return promotion ? [['promotion', promotionText(promotion, study)]] : [];
}

/** `2 warnings, 1 of which blocks a promotion` */
function countText(warnings: readonly Warning[]): string {
  if (warnings.length === 0) return 'no warning';
  const blocking = warnings.filter(({ blocks }) => blocks).length;
  const count = `${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`;
  return blocking === 0 ? count : `${count}, ${blocking} of which ${blocking === 1 ? 'blocks' : 'block'} a promotion`;
}
