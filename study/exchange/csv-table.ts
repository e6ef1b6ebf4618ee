/** Text as rows of cells and back (RFC 4180). */

export interface Row {
  /** The line it begins on, from 1; a quoted cell may go on over several. */
  readonly line: number;
  readonly cells: readonly string[];
}

export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}

/** A cell, quoted or not, and what ends it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|((?:[^",\r\n][^,\r\n]*)?))(,|\r\n|\n|\r|$)/y;

/** The rows that are not blank, up to the first that cannot be read. */
export function parseCsv(source: string, faults: string[]): Row[] {
  const text = source.replace(/^\uFEFF/, '');
  const rows: Row[] = [];
  let [at, line, begins] = [0, 1, 1];
  let cells: string[] = [];
  let end = '';
  while (at < text.length || end === ',') {
    CELL.lastIndex = at;
    const match = CELL.exec(text);
    if (!match) {
      faults.push(
        `line ${line}: a quoted cell is not closed, or text follows it, expected "…" with quotes inside doubled; correct it`,
      );
      return rows;
    }
    const [whole, quoted, plain] = match;
    cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    end = match[3]!;
    at += whole.length;
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0]!.trim() !== '') rows.push({ line: begins, cells });
    [cells, begins] = [[], line];
  }
  return rows;
}
