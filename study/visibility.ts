/** What Temporal's own tools show of a study: search attributes, current details, and one line for each piece of work. */
import type { StudyStatus } from './contract.ts';
import type { LoggedEdit } from './ledger/edits.ts';
import type { AttributeName } from './search-attributes.ts';
import type { SlotPoolStatus } from './slots/protocol.ts';
import type { Params } from './space/space.ts';
import type { StudyDefinition } from './study.ts';
import { show } from './wording/json.ts';
import { cutToBytes } from './wording/utf8.ts';

export type Attributes = { readonly [Name in AttributeName]?: string | number };

/** What the server takes for a summary, bytes of UTF-8. */
const MAX_SUMMARY = 400;
/** Lines of parameters and edits in the details, which hold at most 20,000 bytes. */
const MAX_PARAMS = 50;
const MAX_EDITS = 5;
const MAX_LINE = 200;

export function attributesOf({ status, best, counts }: StudyStatus): Attributes {
  const first = best && Object.values(best.values)[0];
  return { DtuneStatus: status, ...(first != null && { DtuneBest: first }), DtuneTrials: done(counts) };
}

/**
 * Whether changed attributes are worth an event of history: a new status always is; a new best value, or an eighth more trials, is
 * while there were fewer than 4 such events and one for 16 trials.
 *
 * @param trials  trials of this run of the workflow
 * @param events  events of this run, so far
 */
export function isWorthAnEvent(shown: Attributes, now: Attributes, trials: number, events: number): boolean {
  if (now.DtuneStatus !== shown.DtuneStatus) return true;
  if (events >= 4 + trials / 16) return false;
  const [before, after] = [Number(shown.DtuneTrials), Number(now.DtuneTrials)];
  return now.DtuneBest !== shown.DtuneBest || after - before >= Math.max(16, before / 8);
}

/** A study in Markdown: best so far, progress, what runs and what is waited for, the last edits. */
export function detailsOf(status: StudyStatus, edits: readonly LoggedEdit[]): string {
  const { counts, trials, running, waiting, told, reason } = status;
  const progress = [
    `${done(counts)}${trials === undefined ? '' : ` of ${trials}`} trials`,
    ...counted({ failed: counts.failed, pruned: counts.pruned, infeasible: counts.infeasible, running, waiting, told }),
  ];
  return [
    `${bold(status.study)}: ${status.status}${reason === undefined ? '' : ` (${line(reason)})`}`,
    '',
    progress.join(', '),
    ...(status.waitingFor ?? []).map(
      ({ pool, wants, granted }) => `\nwaits for slots of pool ${code(pool)}: it has ${granted} of ${wants}`,
    ),
    '',
    ...bestLines(status),
    ...editLines(edits),
  ].join('\n');
}

/** A pool of slots in Markdown: who has how many, who waits. */
export function poolDetails({ pool, capacity, used, studies }: SlotPoolStatus): string {
  return [
    `pool ${code(pool)}: ${used} of ${capacity} slots in use`,
    '',
    '| study | granted | in use | wants |',
    '|---|---|---|---|',
    ...studies
      .slice(0, MAX_PARAMS)
      .map((each) => `| ${code(each.study)} | ${each.granted} | ${each.used} | ${each.wants} |`),
  ].join('\n');
}

/** 'trial 17: lr=0.01 optimizer=adam', or 'trial 17, evaluate: …' */
export function trialSummary(number: number, params: Params, stage?: 'train' | 'evaluate'): string {
  const pairs = Object.entries(params).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : short(value)}`,
  );
  return cutToBytes([`trial ${number}${stage ? `, ${stage}` : ''}:`, ...pairs].join(' '), MAX_SUMMARY);
}

/** 'trials 16–31'; numbers ascend. */
export function batchSummary(numbers: readonly number[]): string {
  return cutToBytes(`trials ${ranges(numbers)}`, MAX_SUMMARY);
}

/** 'ask for 17–20' */
export function askSummary(numbers: readonly number[]): string {
  return cutToBytes(`ask for ${ranges(numbers)}`, MAX_SUMMARY);
}

/** 'lr, layers of 17' */
export function parameterSummary(slots: readonly { readonly number: number; readonly name: string }[]): string {
  const numbers = [...new Set(slots.map(({ number }) => number))].sort((a, b) => a - b);
  const names = [...new Set(slots.map(({ name }) => name))];
  return cutToBytes(`${names.join(', ')} of ${ranges(numbers)}`, MAX_SUMMARY);
}

/** A study in one line, as it is started. */
export function studySummary({ name, space, objectives, sampler, stop }: StudyDefinition): string {
  const goals = objectives.map(({ name: measured, goal }) => `${goal} ${measured}`).join(', ');
  const budget = stop.trials === undefined ? '' : `, ${stop.trials} trials`;
  const { length } = space.parameters;
  return cutToBytes(
    `${name}: ${goals} over ${length} parameter${length === 1 ? '' : 's'} with ${sampler.name}${budget}`,
    MAX_SUMMARY,
  );
}

function done({ complete, pruned, infeasible }: StudyStatus['counts']): number {
  return complete + pruned + infeasible;
}

function counted(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
}

function bestLines({ best, front }: StudyStatus): string[] {
  if (!best) return ['no result yet'];
  const values = Object.entries(best.values).map(([name, value]) => `${code(name)} ${value}`);
  const params = Object.entries(best.params).map(([name, value]) => `- ${code(name)} = ${code(show(value))}`);
  return [
    `best: ${values.join(', ')} (trial ${best.number}${front.length > 1 ? `; ${front.length} trials are on the front` : ''})`,
    '',
    ...params.slice(0, MAX_PARAMS),
    ...(params.length > MAX_PARAMS ? [`- … ${params.length - MAX_PARAMS} more`] : []),
  ];
}

function editLines(edits: readonly LoggedEdit[]): string[] {
  if (edits.length === 0) return [];
  const lines = edits.slice(-MAX_EDITS).map(({ time, who, why, edit, refused }) => {
    const by = who === undefined ? '' : ` by ${who}`;
    const because = why === undefined ? '' : `: ${why}`;
    const not = refused === undefined ? '' : ` (refused: ${refused})`;
    return `- ${new Date(time).toISOString().slice(0, 16)}Z ${line(`${edit.kind}${by}${because}${not}`)}`;
  });
  return ['', 'last edits:', '', ...lines];
}

/** In one line, with nothing that Markdown would take for markup. */
function line(text: string): string {
  const plain = text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>#|]/g, (mark) => `\\${mark}`);
  return cutToBytes(plain, MAX_LINE);
}

function bold(text: string): string {
  return '**' + text + '**';
}

function code(text: string): string {
  return `\`${cutToBytes(text.replaceAll('`', "'").replaceAll(/\s+/g, ' '), MAX_LINE)}\``;
}

function short(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : (JSON.stringify(value) ?? '');
}

/** '3, 5–8' */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
