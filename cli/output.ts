/** What commands print: rows for people, JSON for programs. Results go to stdout, everything else to stderr. */
import type { BestTrial, StudyStatus } from '../study/contract.ts';
import { MODEL, plainParams } from '../study/models.ts';
import type { Params } from '../study/space/space.ts';
import type { TrialRecord } from '../study/trial/trial.ts';
import { shortNumber } from './progress.ts';
import { evaluationLines } from './verdict/text.ts';

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** What `dtune run --json` ends with. */
export function runSummary({ study, status, best, front, counts, reason, noise, evaluation }: StudyStatus): object {
  return {
    study,
    status,
    best,
    front,
    counts,
    ...(reason !== undefined && { reason }),
    ...(noise && { noise }),
    ...(evaluation && { evaluation }),
  };
}

/** What a study came to, for people or as one line of JSON. */
export function printResult(status: StudyStatus, json = false): void {
  if (json) printJson(runSummary(status));
  else process.stdout.write(`${studyText(status)}\n`);
}

/** A closed or open study in a few lines. */
export function studyText(status: StudyStatus): string {
  const { study, counts, best, reason, running, waiting, told, tags, finishedAt } = status;
  const open = `${running} trials in flight${waiting > 0 ? `, ${waiting} waiting` : ''}`;
  const state = finishedAt === undefined ? `${status.status}, ${open}` : status.status;
  const more = told > 0 ? `, ${told} from outside` : '';
  const lines = [
    `study     ${study}: ${state}${reason === undefined ? '' : ` (${reason})`}`,
    `trials    ${counts.complete} complete, ${counts.pruned} pruned, ${counts.infeasible} infeasible, ${counts.failed} failed${more}`,
  ];
  if (status.sampler !== undefined) lines.push(`sampler   ${status.sampler}`);
  const labels = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  if (labels.length > 0) lines.push(`tags      ${labels.join(' ')}`);
  for (const { pool, wants, granted } of status.waitingFor ?? [])
    lines.push(`waits     for slots of pool ${pool}: it has ${granted} of ${wants} (dtune slots show ${pool})`);
  if (status.noise) lines.push(`noise     ${noiseText(status.noise)}`);
  if (!best) return [...lines, 'best      none yet', ...evaluationLines(status)].join('\n');
  const values = Object.entries(best.values).map(([name, value]) => `${name} ${value}`);
  const [first] = Object.keys(best.values);
  const how = best.scalar !== undefined ? `, scalar ${best.scalar}` : values.length > 1 ? `, the best in ${first}` : '';
  lines.push(`best      ${values.join(', ')}${errorText(best)} (trial ${best.number}${how}${runsText(best)})`);
  for (const [name, value] of Object.entries(plainOf(best))) lines.push(`  ${name} = ${cell(value)}`);
  if (status.front.length > 1)
    lines.push(`front     ${status.front.length} trials, none better in all: dtune front ${study}`);
  return [...lines, ...evaluationLines(status)].join('\n');
}

/** How far from its mean a single run lies. */
function noiseText({ standardDeviation, degreesOfFreedom, interval }: NonNullable<StudyStatus['noise']>): string {
  const [low, high] = interval.map(shortNumber);
  return (
    `a run differs by ${shortNumber(standardDeviation)} (standard deviation, in 95 of 100 cases ${low} to ${high}; ` +
    `${degreesOfFreedom} degrees of freedom)`
  );
}

/** ' ± 0.01', a standard error, where there is one. */
function errorText({ standardError }: BestTrial): string {
  return standardError === undefined ? '' : ` ± ${shortNumber(standardError)}`;
}

function runsText({ replicates }: BestTrial): string {
  if (replicates === undefined) return '';
  return replicates === 1 ? ', one run' : `, mean of ${replicates} runs`;
}

/** A size as people read it: 1 KiB is 1,024 bytes. */
export function bytesText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  if (power === 0) return `${bytes} B`;
  return `${(bytes / 1024 ** power).toFixed(1)} ${['KiB', 'MiB', 'GiB', 'TiB'][power - 1]!}`;
}

/** Rows under headings, columns as wide as needed; the last one is not padded. */
export function tableText(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map(line).join('\n');
}

/** A table of trials; how far each was trained where a scheduler decides that, or how often it ran. */
export function trialsText(trials: readonly TrialRecord[]): string {
  const scheduled = trials.some(({ rung }) => rung);
  const classes = trials.some(({ model }) => model !== undefined);
  const replicated = trials.some(({ replicates }) => replicates);
  const trained = ({ segments = [] }: TrialRecord): string => String(segments.at(-1)?.to ?? '');
  const rows = trials.map((trial) => {
    const [number, state, ...rest] = trialCells(trial);
    const [model, budget] = [classes ? [trial.model ?? ''] : [], scheduled ? [trained(trial)] : []];
    return [number!, state!, ...model, ...budget, ...rest];
  });
  const more = [...(classes ? ['model'] : []), ...(scheduled ? [replicated ? 'runs' : 'trained to'] : [])];
  return tableText(['trial', 'state', ...more, 'value', 'parameters'], rows);
}

/** Parameters by the names that the trial received. */
function plainOf({ params, model }: Pick<TrialRecord, 'params' | 'model'>): Params {
  return model === undefined ? params : plainParams(params, model);
}

function trialCells(trial: TrialRecord): string[] {
  const values = trial.values
    ? Object.values(trial.values).map(shortNumber).join(', ')
    : (trial.reason?.split('\n')[0] ?? '');
  // the class has a column of its own
  const { [MODEL]: _class, ...own } = plainOf(trial);
  const params = Object.entries(trial.model === undefined ? trial.params : own).map(
    ([name, value]) => `${name}=${cell(value)}`,
  );
  return [String(trial.number), trial.state, values.slice(0, 60), params.join(' ')];
}

/** A parameter's value, shortened. */
export function cell(value: unknown): string {
  if (typeof value === 'number') return shortNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
