/** What champion and challenger scored in the final test: metrics, and which classes they take for which. */
import type { ConfusionTable, Judgement } from '../../study/evaluation/contract.ts';
import { METRIC_INFOS } from '../../study/evaluation/metric-names.ts';
import { percent } from '../verdict/facts.ts';
import { valueText } from './cells.ts';
import { html, trusted, type Html } from './html.ts';
import { scrolling } from './tables.ts';

/** Of more classes the cells show counts alone; of more than fit side by side, each matrix has a line of its own. */
const [ROOMY, NARROW] = [12, 6];

export function scoresSection({ scores, verdict }: Judgement): Html {
  const names = Object.keys(scores);
  if (names.length === 0) return html``;
  const rows = names.map((name) => {
    const goal = Object.hasOwn(METRIC_INFOS, name) ? METRIC_INFOS[name]!.goal : undefined;
    const { champion, challenger } = scores[name]!;
    const better = betterOf(champion, challenger, goal);
    const cell = (value: number | undefined, isBetter: boolean): Html =>
      html`<td class="number">${isBetter ? html`<strong>${valueText(value)}</strong>` : valueText(value)}</td>`;
    return html`<tr>
      <th scope="row">
        ${name}${goal === 'minimize' && ' (less is better)'}${name === verdict.metric && ', which decides'}
      </th>
      ${cell(champion, better === 'champion')}${cell(challenger, better === 'challenger')}
    </tr>`;
  });
  return html`<h2>Metrics of the final test</h2>
    ${scrolling(
      'Metrics of the final test',
      html`<caption>
          the better one of each stands out
        </caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" class="number">Champion</th>
            <th scope="col" class="number">Challenger</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>`,
    )}`;
}

export function confusionSection({ confusion }: Judgement): Html {
  const tables = (['champion', 'challenger'] as const).flatMap((candidate) => {
    const table = confusion?.[candidate];
    return table ? [confusionTable(candidate, table)] : [];
  });
  if (tables.length === 0) return html``;
  const isNarrow = Object.values(confusion!).every(({ classes }) => classes.length <= NARROW);
  return html`<h2>Confusion matrices</h2>
    <p class="about">Rows are the true classes, columns what was predicted; shares are of the row.</p>
    <div class="${isNarrow ? 'pair' : 'pair wide'}">${tables}</div>`;
}

function confusionTable(candidate: 'champion' | 'challenger', { classes, counts }: ConfusionTable): Html {
  const total = sum(counts.flat());
  const right = sum(counts.map((row, i) => row[i]!));
  const name = candidate === 'champion' ? 'Champion' : 'Challenger';
  const rows = counts.map((row, i) => {
    const all = sum(row);
    return html`<tr>
      <th scope="row">${classes[i]}</th>
      ${row.map((count, j) => confusionCell(count, all === 0 ? 0 : count / all, i === j, classes.length <= ROOMY))}
    </tr>`;
  });
  return scrolling(
    `Confusion matrix of the ${candidate}`,
    html`<caption>
        ${name}: ${right} of ${total} right${total > 0 && ` (${percent(right / total)})`}
      </caption>
      <thead>
        <tr>
          <th scope="col">True \\ predicted</th>
          ${classes.map((label) => html`<th scope="col" class="number">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>`,
    'confusion',
  );
}

/** Shaded by the root of its share, so that rare mistakes can be seen. */
function confusionCell(count: number, share: number, isRight: boolean, isRoomy: boolean): Html {
  const shade = trusted(String(Math.round(100 * Math.sqrt(share))));
  return html`<td class="number heat ${isRight ? 'hit' : 'miss'}" style="--share: ${shade}">
    ${count}${isRoomy && count > 0 && html` <small>${shareText(share)}</small>`}
  </td>`;
}

/** To a tenth of a percent. */
function shareText(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

function betterOf(
  champion: number | undefined,
  challenger: number | undefined,
  goal: 'minimize' | 'maximize' | undefined,
): 'champion' | 'challenger' | undefined {
  if (champion === undefined || challenger === undefined || champion === challenger || !goal) return undefined;
  return challenger > champion === (goal === 'maximize') ? 'challenger' : 'champion';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
