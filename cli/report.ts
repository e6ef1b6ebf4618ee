/** A study as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
import type { StudyStatus } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial.ts';
import { durationText } from './progress.ts';
import { valueText } from './report/cells.ts';
import { historySvg } from './report/history-svg.ts';
import { html, trusted, type Html } from './report/html.ts';
import { STYLE } from './report/style.ts';
import { failuresSection, spaceSection, trialsSection } from './report/tables.ts';

/** One line of a comparison on data that tuning did not see. */
export interface TestScore {
  readonly label: string;
  readonly baseline: string;
  readonly best: string;
}

export interface ReportInput {
  readonly definition: StudyDefinition;
  readonly status: StudyStatus;
  /** By number. */
  readonly trials: readonly TrialRecord[];
  readonly test?: { readonly scores: readonly TestScore[]; readonly note?: string };
  /** Default: as the reader's system is. */
  readonly theme?: 'light' | 'dark';
}

/** The page: result against the defaults, history, search space, best trials, failures, definition. */
export async function htmlReport({ definition, status, trials, test, theme }: ReportInput): Promise<string> {
  const baseline = trials.find((trial) => trial.baseline && trial.state === 'complete');
  const charts = await Promise.all(
    definition.objectives.map((objective, i) => historySvg(trials, objective, `history-${i + 1}`)),
  );
  const page = html`<!doctype html>
    <html lang="en" ${theme ? html` data-theme="${theme}"` : undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${definition.name}: tuning report</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <header>${heading(definition, status)}</header>
        <main>
          ${resultSection(definition, status, baseline, test)}
          ${charts.map((chart) =>
            chart
              ? html`<h2>History</h2>
                  <figure class="scroll" tabindex="0">${chart}</figure>`
              : html``,
          )}
          ${spaceSection(definition, status.best, baseline)} ${trialsSection(definition, status, trials)}
          ${failuresSection(trials)}
          <div class="screen">
            <h2>Details</h2>
            ${status.best ? details("The best trial's parameters, exactly", status.best.params) : undefined}
            ${details('The study as it was started', definition)}
          </div>
        </main>
      </body>
    </html> `;
  return page.markup;
}

function heading({ name, objectives, sampler, seed }: StudyDefinition, status: StudyStatus): Html {
  const { counts, startedAt, finishedAt, reason } = status;
  const states = (['complete', 'pruned', 'infeasible', 'failed'] as const).filter((state) => counts[state] > 0);
  const facts = [
    `${status.status}${reason === undefined ? '' : ` (${reason})`}`,
    `${states.map((state) => `${counts[state]} ${state}`).join(', ') || 'no trial finished'}`,
    ...(finishedAt ? [`${durationText((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)}`] : []),
    `sampler ${sampler.name}, seed ${seed}`,
    `started ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
  ];
  const goals = objectives.map((objective) => `${objective.goal} ${objective.name}`).join(', ');
  return html`<h1>${name}</h1>
    <p>Tuned to ${goals}.</p>
    <p class="about">${facts.join(' · ')}</p>`;
}

function resultSection(
  { objectives }: StudyDefinition,
  { best, front }: StudyStatus,
  baseline: TrialRecord | undefined,
  test: ReportInput['test'],
): Html {
  if (!best)
    return html`<h2>Result</h2>
      <p class="result">No trial is complete, so there is no best one.</p>`;
  const tuned = objectives.map(({ name }) => ({
    label: `${name} while tuning`,
    baseline: valueText(baseline?.values?.[name]),
    best: valueText(best.values[name]),
  }));
  const rows = [...tuned, ...(test?.scores ?? [])].map(
    (score) =>
      html`<tr>
        <th scope="row">${score.label}</th>
        ${baseline && html`<td>${score.baseline}</td>`}
        <td><strong>${score.best}</strong></td>
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
      ${test?.note !== undefined && html`<p class="about">${test.note}</p>`}
      ${front.length > 1 && html`<p class="about">${front.length} trials are better than all others in at least one objective; the one above is best in ${objectives[0]!.name}.</p>`}
    </div>`;
}

function details(summary: string, content: object): Html {
  return html`<details>
    <summary>${summary}</summary>
    <pre>${JSON.stringify(content, null, 2)}</pre>
  </details>`;
}
