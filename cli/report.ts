/** A study as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
import type { StudyStatus } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';
import { historyPlot } from '../plots/history.ts';
import { PAGE } from '../plots/drawing/palette.ts';
import { scored } from '../plots/trials.ts';
import { durationText } from './progress.ts';
import { drawChart } from './report/chart.ts';
import { curvesSvg } from './report/curves-svg.ts';
import { guardsSection } from './report/guards.ts';
import { html, trusted, type Html } from './report/html.ts';
import type { ReportInput } from './report/input.ts';
import { baselineOf, resultSection } from './report/result.ts';
import { confusionSection, scoresSection } from './report/scores.ts';
import { reproduceSection, settingsSection } from './report/settings.ts';
import { STYLE } from './report/style.ts';
import { failuresSection, spaceSection, trialsSection } from './report/tables.ts';
import { verdictSection } from './report/verdict.ts';

/**
 * The page: verdict, result against the defaults, guards, metrics of the final test, history, learning curves, search space, best
 * trials, failures, settings, commands to do it again, definition.
 */
export async function htmlReport(input: ReportInput): Promise<string> {
  const { definition, status, trials, theme } = input;
  const { judgement } = status.evaluation ?? {};
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
          ${verdictSection(input)} ${resultSection(input)} ${guardsSection(input)}
          ${judgement && html`${scoresSection(judgement)} ${confusionSection(judgement)}`} ${await chartSections(input)}
          ${spaceSection(definition, status.best, baselineOf(input))} ${trialsSection(definition, status, trials)}
          ${failuresSection(trials)} ${settingsSection(input)} ${reproduceSection(input)} ${detailsSection(input)}
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

async function chartSections(input: ReportInput): Promise<Html> {
  const { definition, status, trials } = input;
  const drawn = definition.objectives.filter((objective) => trials.length > 1 && scored(trials, objective).length > 0);
  const histories = await Promise.all(
    drawn.map(({ name }, i) => {
      const plot = historyPlot([{ definition, trials }], { colors: PAGE, objective: name });
      const caption = { id: `history-${i + 1}`, title: `History of ${name}`, description: plot.description };
      return drawChart(caption, plot.option, plot);
    }),
  );
  const baseline = baselineOf(input);
  const best = trials.find(({ number }) => number === status.best?.number);
  const curves = await curvesSvg(
    [
      ...(best ? [{ name: `best (trial ${best.number})`, color: 'best' as const, reports: best.reports }] : []),
      ...(baseline && baseline !== best
        ? [
            {
              name: `defaults (trial ${baseline.number})`,
              color: 'trial' as const,
              isDashed: true as const,
              reports: baseline.reports,
            },
          ]
        : []),
    ],
    'curves',
  );
  return html`${histories.map((chart) => figure('History', chart))} ${curves && figure('Learning curves', curves)}`;
}

function figure(heading: string, chart: Html): Html {
  return html`<h2>${heading}</h2>
    <figure class="scroll" tabindex="0">${chart}</figure>`;
}

function detailsSection({ definition, started = definition, status, edits = 0 }: ReportInput): Html {
  return html`<div class="screen">
    <h2>Details</h2>
    ${status.best ? details("The best trial's parameters, exactly", status.best.params) : undefined}
    ${details('The study as it was started', started)}
    ${edits > 0 ? details('The study as it now stands', definition) : undefined}
  </div>`;
}

function details(summary: string, content: object): Html {
  return html`<details>
    <summary>${summary}</summary>
    <pre>${JSON.stringify(content, null, 2)}</pre>
  </details>`;
}
