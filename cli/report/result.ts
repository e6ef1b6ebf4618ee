/** The best trial against the defaults, as tuning measured them. */
import type { BestTrial, StudyStatus } from '../../study/contract.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { valueText } from './cells.ts';
import { html, type Html } from './html.ts';
import type { ReportInput } from './input.ts';

/** The trial with the model's own defaults, where it has a result. */
export function baselineOf({ trials }: Pick<ReportInput, 'trials'>): TrialRecord | undefined {
  return trials.find((trial) => trial.baseline && trial.state === 'complete');
}

export function resultSection(input: ReportInput): Html {
  const { definition, status } = input;
  const { best, front } = status;
  if (!best)
    return html`<h2>Result</h2>
      <p class="result">No trial is complete, so there is no best one.</p>`;
  const baseline = baselineOf(input);
  const rows = definition.objectives.map(
    ({ name }, i) =>
      html`<tr>
        <th scope="row">${name} while tuning</th>
        ${baseline && html`<td>${valueText(baseline.values?.[name])}</td>`}
        <td><strong>${valueText(best.values[name])}</strong>${i === 0 && errorText(best)}</td>
      </tr>`,
  );
  const defaults = baseline && html`<th scope="col">Defaults (trial ${baseline.number})</th>`;
  return html`<h2>Result</h2>
    <div class="result">
      <table>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            ${defaults}
            <th scope="col">Best (trial ${best.number})</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <p class="about">
        The best of many trials looks better while tuning than it is:
        ${status.evaluation?.judgement ? 'the verdict rests on the final test instead.' : 'only a final test on other data can tell.'}
      </p>
      ${noiseAbout(status)}
      ${front.length > 1 && html`<p class="about">${front.length} trials are better than all others in at least one objective; the one above is best in ${definition.objectives[0]!.name}.</p>`}
    </div>`;
}

/** A standard error, where there is one. */
function errorText({ standardError }: BestTrial): string {
  return standardError === undefined ? '' : ` ± ${valueText(standardError)}`;
}

/** Of a study whose trials run several times. */
function noiseAbout({ best, noise }: StudyStatus): Html | undefined {
  if (!noise || best?.replicates === undefined) return undefined;
  const [low, high] = noise.interval.map(valueText);
  return html`<p class="about">
    Values are means of a trial's runs, of the best of ${best.replicates}. A single run differs by
    ${valueText(noise.standardDeviation)} (standard deviation, in 95 of 100 cases ${low} to ${high}).
  </p>`;
}
