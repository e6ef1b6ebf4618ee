/** What speaks against the result, and what nobody could look at. */
import type { Unchecked, Warning } from '../../study/evaluation/contract.ts';
import { html, type Html } from './html.ts';
import type { ReportInput } from './input.ts';

export function guardsSection({ status, warnings, unchecked }: ReportInput): Html {
  const judged = status.evaluation?.judgement !== undefined;
  if (!judged && warnings.length === 0 && unchecked.length === 0) return html``;
  // those that block first; else as they came
  const order = [...warnings].sort((a, b) => Number(b.blocks) - Number(a.blocks));
  return html`<h2>Guards</h2>
    ${
      warnings.length === 0
        ? html`<p>
            ${unchecked.length === 0 ? 'Nothing' : 'Nothing that could be looked at'} speaks against the result.
          </p>`
        : html`<ul class="warnings">
            ${order.map(warningItem)}
          </ul>`
    }
    ${unchecked.length > 0 && uncheckedList(unchecked)}`;
}

function warningItem({ guard, saw, advice, blocks }: Warning): Html {
  return html`<li class="${blocks ? 'blocks' : 'warns'}">
    <p><code>${guard}</code> ${blocks && html`<strong class="badge">blocks a promotion</strong>`}</p>
    <p>${saw}</p>
    <p><strong>What to do:</strong> ${advice}</p>
  </li>`;
}

function uncheckedList(unchecked: readonly Unchecked[]): Html {
  const names = unchecked.map(({ guard }) => guard).join(', ');
  return html`<details>
    <summary>${unchecked.length} ${unchecked.length === 1 ? 'guard' : 'guards'} could not look: ${names}</summary>
    <ul>
      ${unchecked.map(({ guard, lacks }) => html`<li><code>${guard}</code> ${lacks}</li>`)}
    </ul>
  </details>`;
}
