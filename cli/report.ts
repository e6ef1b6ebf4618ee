/** A study as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
import { describeDomain } from '../study/point.ts';
import type { BestTrial, StudyStatus } from '../study/contract.ts';
import type { Params, ParameterValue } from '../study/space.ts';
import type { Objective, StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial.ts';
import { durationText, shortNumber } from './progress.ts';
import { historySvg } from './report/history-svg.ts';
import { html, trusted, type Html } from './report/html.ts';
import { STYLE } from './report/style.ts';

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

const MOST_ROWS = 20;

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
                  <figure class="scroll">${chart}</figure>`
              : html``,
          )}
          ${spaceSection(definition, status.best, baseline)} ${trialsSection(definition, status, trials)}
          ${failuresSection(trials)}
          <h2>Definition</h2>
          <details>
            <summary>The study as it was started</summary>
            <pre>${JSON.stringify(definition, null, 2)}</pre>
          </details>
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

function spaceSection({ space }: StudyDefinition, best: BestTrial | null, baseline: TrialRecord | undefined): Html {
  const rows = space.parameters.map(({ name, domain, when }) => {
    const only = when
      ?.map(({ parameter, in: values }) => `${parameter} is ${values.map(cell).join(' or ')}`)
      .join(' and ');
    const log = 'scale' in domain && domain.scale === 'log' ? ', log scale' : '';
    const given = baseline && html`<td>${paramText(baseline.params, name)}</td>`;
    return html`<tr>
      <th scope="row">${name}</th>
      <td>${describeDomain(domain)}${log}${only !== undefined && `; only if ${only}`}</td>
      ${given}${best && html`<td><strong>${paramText(best.params, name)}</strong></td>`}
    </tr>`;
  });
  return html`<h2>Search space</h2>
    ${scrolling(
      'Search space',
      html`<thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Can be</th>
            ${baseline && html`<th scope="col">Defaults</th>`}${best ? html`<th scope="col">Best</th>` : undefined}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>`,
    )}`;
}

function trialsSection(
  { objectives, space }: StudyDefinition,
  { front }: StudyStatus,
  trials: readonly TrialRecord[],
): Html {
  const complete = trials.filter(({ state, values }) => state === 'complete' && values !== null);
  if (complete.length === 0) return html``;
  const leads = new Set(front.map(({ number }) => number));
  const several = objectives.length > 1;
  const order = complete.sort(
    (a, b) => (several ? Number(leads.has(b.number)) - Number(leads.has(a.number)) : 0) || better(objectives[0]!, a, b),
  );
  const names = space.parameters.filter(({ domain }) => domain.kind !== 'fixed').map(({ name }) => name);
  const rows = order.slice(0, MOST_ROWS).map(
    (trial, i) =>
      html`<tr${i === 0 && html` class="first"`}><th scope="row" class="number">${trial.number}${trial.baseline && ' (defaults)'}</th>
${objectives.map(({ name }) => html`<td class="number">${valueText(trial.values?.[name])}</td>`)}
${names.map((name) => html`<td>${paramText(trial.params, name)}</td>`)}</tr>`,
  );
  const heads = [...objectives.map(({ name }) => name), ...names].map(
    (name, i) => html`<th scope="col" ${i < objectives.length && html` class="number"`}>${name}</th>`,
  );
  const caption = `${rows.length} of ${complete.length} complete trials, ${several ? 'those first that no other is better than' : 'the best first'}`;
  return html`<h2>Best trials</h2>
    ${scrolling(
      'Best trials',
      html`<caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="number">Trial</th>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>`,
    )}`;
}

function failuresSection(trials: readonly TrialRecord[]): Html {
  const failed = trials.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return html``;
  const rows = failed.slice(0, MOST_ROWS).map(
    ({ number, reason }) =>
      html`<tr>
        <th scope="row" class="number">${number}</th>
        <td>${firstLine(reason ?? 'no reason recorded')}</td>
      </tr>`,
  );
  return html`<h2>Failed trials</h2>
    ${scrolling(
      'Failed trials',
      html`<caption>
          ${rows.length} of ${failed.length}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="number">Trial</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>`,
    )}`;
}

/** A table wider than the page scrolls by itself, with the keyboard too. */
function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      ${table}
    </table>
  </div>`;
}

function better({ name, goal }: Objective, a: TrialRecord, b: TrialRecord): number {
  const [x, y] = [a.values![name]!, b.values![name]!];
  return (goal === 'maximize' ? y - x : x - y) || a.number - b.number;
}

function valueText(value: number | undefined): string {
  return value === undefined ? '–' : shortNumber(value);
}

function paramText(params: Params, name: string): string {
  const value = params[name];
  return value === undefined ? '–' : cell(value);
}

function cell(value: ParameterValue): string {
  if (typeof value === 'number') return shortNumber(value);
  if (Array.isArray(value)) return value.map(cell).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function firstLine(text: string): string {
  const line = text.split('\n')[0]!;
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
