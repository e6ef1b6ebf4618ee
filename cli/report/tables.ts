/** The tables of a report: the search space, the best trials, the failed ones. */
import { describeDomain } from '../../study/space/point.ts';
import type { BestTrial, StudyStatus } from '../../study/contract.ts';
import type { Objective, StudyDefinition } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { cell, paramText, valueText } from './cells.ts';
import { html, type Html } from './html.ts';

const MOST_ROWS = 20;

export function spaceSection(
  { space }: StudyDefinition,
  best: BestTrial | null,
  baseline: TrialRecord | undefined,
): Html {
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

export function trialsSection(
  { objectives, space, defineByRun }: StudyDefinition,
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
  const known = space.parameters.filter(({ domain }) => domain.kind !== 'fixed').map(({ name }) => name);
  const fixed = space.parameters.map(({ name }) => name);
  const asked = complete.flatMap(({ params }) => Object.keys(params)).filter((name) => !fixed.includes(name));
  const names = [...new Set([...known, ...(defineByRun ? asked : [])])];
  const rows = order.slice(0, MOST_ROWS).map(
    (trial, i) =>
      html`<tr${i === 0 && html` class="first"`}><th scope="row" class="number">${trial.number}${trial.baseline && ' (defaults)'}</th>
${objectives.map(({ name }) => html`<td class="number">${valueText(trial.values?.[name])}</td>`)}
${names.map((name) => paramCell(paramText(trial.params, name)))}</tr>`,
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

export function failuresSection(trials: readonly TrialRecord[]): Html {
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

/** A list of numbers stays in one line, long text does not. */
function paramCell(text: string): Html {
  return html`<td${text.length <= 32 && html` class="short"`}>${text}</td>`;
}

/** A table wider than the page scrolls by itself, with the keyboard too. */
export function scrolling(label: string, table: Html, kind?: string): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table${kind !== undefined && html` class="${kind}"`}>
      ${table}
    </table>
  </div>`;
}

function better({ name, goal }: Objective, a: TrialRecord, b: TrialRecord): number {
  const [x, y] = [a.values![name]!, b.values![name]!];
  return (goal === 'maximize' ? y - x : x - y) || a.number - b.number;
}

function firstLine(text: string): string {
  const line = text.split('\n')[0]!;
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
