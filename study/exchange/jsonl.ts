/** Trials as JSON lines: a TrialRecord a line. A person may write as little as {"params": {"lr": 0.1}, "value": 0.5}. */
import { isRecord, show } from '../wording/json.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialRecord } from '../trial/trial.ts';
import type { ForeignTrial } from './foreign-trial.ts';
import { readTrial, refuse, type RawTrial } from './read-trial.ts';

export function* writeJsonl(trials: readonly TrialRecord[]): Generator<string> {
  for (const trial of trials) yield `${JSON.stringify(trial)}\n`;
}

/** The trials that have ended. @throws StudyDefinitionError naming lines, values and what was expected */
export function readJsonl(text: string, definition: StudyDefinition): ForeignTrial[] {
  const faults: string[] = [];
  const trials = objectLines(text, faults).map(([where, raw]) => readTrial(where, raw, definition, faults));
  refuse(faults);
  return trials.filter((trial) => trial !== undefined);
}

/** The object on each line that is not blank, and where it stands: 'line 3'. */
export function objectLines(text: string, faults: string[]): (readonly [where: string, raw: RawTrial])[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line, i) => {
      if (line.trim() === '') return [];
      const raw = parse(line);
      if (isRecord(raw)) return [[`line ${i + 1}`, raw] as const];
      const advice = /\b(NaN|Infinity)\b/.test(line) ? 'JSON has no NaN or Infinity' : 'write a trial a line';
      faults.push(`line ${i + 1} is ${show(raw ?? line)}, expected a JSON object; ${advice}`);
      return [];
    });
}

/** The JSON value of a text, or undefined if it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
