/** What a trial prints while it runs: lines of `{"report": [step, value]}` and `{"checkpoint": …}` are live, its last other one is its result. */
import { parseJson } from './json-text.ts';

export type LiveLine =
  | { readonly report: unknown; readonly wait?: unknown }
  | { readonly checkpoint: unknown }
  | { readonly suggest: unknown };

/** A line as what it tells; undefined: it is the trial's own affair. */
export function liveOf(line: string): LiveLine | undefined {
  if (!/^\s*\{\s*"(?:report|wait|checkpoint|suggest)"\s*:/.test(line)) return undefined;
  const value = parseObject(line);
  const keys = Object.keys(value ?? {});
  if (!value) return undefined;
  const isReport = 'report' in value && keys.every((key) => key === 'report' || key === 'wait');
  const isOther = keys.length === 1 && ('checkpoint' in value || 'suggest' in value);
  return isReport || isOther ? (value as LiveLine) : undefined;
}

/** A JSON object; undefined where the text is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return parseJson(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** What a growing output has told so far. */
export class LiveOutput {
  /** The last line that is not live. */
  last: string | undefined;
  checkpoint: unknown;
  private reports: unknown[] = [];

  take(line: string): void {
    const live = liveOf(line);
    if (!live) this.last = line.trim() === '' ? this.last : line;
    else if ('report' in live) this.reports.push(live.report);
    // of what runs elsewhere nobody answers
    else if ('checkpoint' in live) this.checkpoint = live.checkpoint;
  }

  /** Reports that have not been taken out before. */
  takeReports(): readonly unknown[] {
    return this.reports.splice(0);
  }
}
