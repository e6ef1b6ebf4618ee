/** The report's first words: whether the best is really better, by how much, and what becomes of it. */
import type { Evaluation, TestRun, TestedCandidate, Verdict } from '../../study/evaluation/contract.ts';
import {
  bayesianText,
  candidateText,
  effectText,
  HEADLINES,
  looksText,
  methodText,
  missingVerdict,
  promotionText,
  worthText,
} from '../verdict/facts.ts';
import { valueText } from './cells.ts';
import { html, type Html } from './html.ts';
import type { ReportInput } from './input.ts';
import { intervalSvg } from './interval-svg.ts';
import { scrolling } from './tables.ts';

export function verdictSection({ definition, status }: ReportInput): Html {
  const missing = missingVerdict(definition, status);
  const { evaluation } = status;
  const { judgement } = evaluation ?? {};
  if (!evaluation || !judgement)
    return html`<h2>Verdict</h2>
      <div class="result">
        <p class="decision">No verdict</p>
        <p>${missing![0]!.toUpperCase() + missing!.slice(1)}.</p>
      </div>`;
  const { verdict } = judgement;
  const plot = intervalSvg(verdict);
  return html`<h2>Verdict</h2>
    <div class="result ${verdict.decision}">
      <p class="decision">${HEADLINES[verdict.decision]}</p>
      <p>${verdict.reason}</p>
      ${plot && html`<figure class="scroll" tabindex="0" role="region" aria-label="Effect">${plot}</figure>`}
      ${factsOf(verdict, evaluation)} ${promotionOf(evaluation, status.study)}
    </div>
    ${runsOf(evaluation, definition.objectives[0]!.name)}`;
}

function factsOf(verdict: Verdict, { champion, challenger }: Evaluation): Html {
  const value = (measured: number | undefined, candidate: TestedCandidate | undefined): string =>
    valueText(measured) + (candidate ? ` (${candidateText(candidate)})` : '');
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Metric', `${verdict.metric}, ${verdict.goal}`],
    ['Champion', value(verdict.champion, champion)],
    ['Challenger', value(verdict.challenger, challenger)],
    ['Effect', effectText(verdict)],
    ['Worth a change', worthText(verdict.minimumEffect)],
    ['Method', methodText(verdict)],
    ['Posterior', bayesianText(verdict)],
    ['Looks', looksText(verdict)],
  ];
  return html`<dl class="facts">
    ${facts
      .map(
        ([name, text]) =>
          text !== undefined &&
          html`<div>
            <dt>${name}</dt>
            <dd>${text}</dd>
          </div>`,
      )
      .filter((fact) => fact !== false)}
  </dl>`;
}

function promotionOf({ promotion }: Evaluation, study: string): Html {
  if (!promotion) return html``;
  const { state, output } = promotion;
  return html`<p class="promotion"><strong>Promotion</strong> ${promotionText(promotion, study)}</p>
    ${output !== undefined && (state === 'done' || state === 'failed') && html`<pre>${output.trim()}</pre>`}`;
}

/** Each run of both candidates: those of one line have the same seed. */
function runsOf({ champion, challenger }: Evaluation, objective: string): Html {
  const count = Math.max(champion?.runs.length ?? 0, challenger?.runs.length ?? 0);
  if (count === 0) return html``;
  const rows = Array.from({ length: count }, (_, i) => {
    const [a, b] = [champion?.runs[i], challenger?.runs[i]];
    return html`<tr>
      <th scope="row">${(a ?? b)!.seed}</th>
      <td>${runText(a)}</td>
      <td>${runText(b)}</td>
    </tr>`;
  });
  return html`<details>
    <summary>The ${count === 1 ? 'run' : `${count} runs`} of the final test</summary>
    ${scrolling(
      'Runs of the final test',
      html`<caption>
          ${objective} by seed
        </caption>
        <thead>
          <tr>
            <th scope="col">Seed</th>
            <th scope="col">Champion</th>
            <th scope="col">Challenger</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>`,
    )}
  </details>`;
}

function runText(run: TestRun | undefined): string {
  if (!run) return '–';
  return 'failed' in run ? `failed: ${run.failed.split('\n')[0]!}` : valueText(run.values[0]);
}
