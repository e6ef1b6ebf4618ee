/** A plot as a picture that stands alone: an SVG file with its title above and its notes below. */
import type { Palette } from '../../plots/drawing/palette.ts';
import type { Plot } from '../../plots/plot.ts';
import { drawChart } from '../report/chart.ts';
import { html } from '../report/html.ts';

const TITLE = 44;
const LINE = 18;
const FOOT = 12;
const LEFT = 24;
/** Of a letter, about, in pixels. */
const LETTER = 6.4;

/** The file's text. The same plot gives the same bytes. */
export async function pictureOf(plot: Omit<Plot, 'table'>, { paper, ink, muted }: Palette): Promise<string> {
  const { title, description, notes, width, height } = plot;
  const chart = await drawChart({ id: 'plot', title, description }, plot.option, plot);
  const lines = notes.flatMap((note) => wrapped(note, (width - 2 * LEFT) / LETTER));
  const total = TITLE + height + lines.length * LINE + FOOT;
  const text = lines.map(
    (line, i) =>
      html`<text x="${LEFT}" y="${TITLE + height + (i + 1) * LINE - 4}" font-size="12" fill="${muted}">${line}</text>`,
  );
  const heading = wrapped(title, (width - 2 * LEFT) / 9)[0]!;
  const picture = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${total}"
    viewBox="0 0 ${width} ${total}"
    font-family="system-ui, sans-serif"
  >
    <rect width="${width}" height="${total}" fill="${paper}" />
    <text x="${LEFT}" y="30" font-size="18" font-weight="600" fill="${ink}">${heading}</text>
    <g transform="translate(0 ${TITLE})">${chart}</g>
    ${text}
  </svg> `;
  return `${picture.markup.trim()}\n`;
}

/** Lines of at most so many letters, broken between words where there are any. */
function wrapped(text: string, longest: number): string[] {
  const most = Math.floor(longest);
  const lines = [''];
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  for (const word of text.replace(/[\u0000-\u001f\u007f]+/g, ' ').split(' ')) {
    const pieces = word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [''];
    for (const piece of pieces) {
      const line = lines.at(-1)!;
      const joined = line === '' ? piece : `${line} ${piece}`;
      if (joined.length > most) lines.push(piece);
      else lines[lines.length - 1] = joined;
    }
  }
  return lines;
}
