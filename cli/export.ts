/** Trials as JSON lines and as CSV (RFC 4180). */
import type { TrialRecord } from '../study/trial.ts';

export function* jsonLines(trials: readonly TrialRecord[]): Generator<string> {
  for (const trial of trials) yield `${JSON.stringify(trial)}\n`;
}

/** One column a parameter (`params.lr`) and a value (`values.loss`), empty where there is none. */
export function* csvLines(trials: readonly TrialRecord[]): Generator<string> {
  const fixed = ['number', 'state', 'origin', 'asOf', 'startedAt', 'finishedAt', 'attempts', 'cost', 'reason'] as const;
  const keys = (of: (trial: TrialRecord) => object | null | undefined): string[] => [
    ...new Set(trials.flatMap((trial) => Object.keys(of(trial) ?? {}))),
  ];
  const values = keys((trial) => trial.values);
  const constraints = keys((trial) => trial.constraints);
  const params = keys((trial) => trial.params);
  const headings = [
    ...fixed,
    ...values.map((k) => `values.${k}`),
    ...constraints.map((k) => `constraints.${k}`),
    ...params.map((k) => `params.${k}`),
  ];
  yield `${headings.map(csvCell).join(',')}\r\n`;
  for (const trial of trials) {
    const cells = [
      ...fixed.map((key) => trial[key]),
      ...values.map((key) => trial.values?.[key]),
      ...constraints.map((key) => trial.constraints?.[key]),
      ...params.map((key) => trial.params[key]),
    ];
    yield `${cells.map(csvCell).join(',')}\r\n`;
  }
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
