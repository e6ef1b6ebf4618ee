import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, trusted } from '../../../cli/report/html.ts';

test('escapes every value, in text and in attributes', () => {
  expect(html`<b title="${'"><i>'}">${`<script>'&`}</b>`.markup).toBe(
    '<b title="&quot;&gt;&lt;i&gt;">&lt;script&gt;&#39;&amp;</b>',
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { markup } = html`${text}`;
      expect(markup).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
      expect(markup.replace(/&([a-z#0-9]+);/g, (_, name: string) => entities[name])).toBe(text);
    }),
    { seed: 1 },
  );
});

test('keeps markup as it is, and leaves out what is not there', () => {
  const rows = ['<', 2].map((value) => html`<i>${value}</i>`);
  expect(html`${trusted('<br>')}${rows}${false}${undefined}${null}${0}`.markup).toBe('<br><i>&lt;</i><i>2</i>0');
});
