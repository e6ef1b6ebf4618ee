/**
 * The rungs of asynchronous successive halving [Li 2020, Algorithm 2]: whoever is among the best 1/eta of those who have reached a
 * rung goes on at once, the highest rung first. Plain data, for as many such brackets as a scheduler has.
 *
 * A rung keeps the trials that may go on yet, and those they are ranked with; of the others it has the count. A paused trial is
 * given up once as many better ones stand before it as can ever go on from its rung with the starts that are left; beyond the best
 * MOST of a rung (MOST_FRONT with several objectives, whose ranking costs the square) trials are given up in any case. So a rung
 * weighs at most about 30 bytes times a third (1/eta) of the study's trials, and 120 KB.
 *
 * Ours, not the paper's: each rung's best paused trial is kept as long as none is complete (`lastResort`).
 *
 * [Li 2020] Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, arXiv:1810.05934.
 */
import { bestFirst, dominators, type Ranked } from './ranking.ts';

interface Entry extends Ranked {
  /** It has gone on, or is gone. */
  up?: true;
}

export interface AshaRungs {
  readonly eta: number;
  /** Budgets by rung. */
  readonly levels: readonly number[];
  readonly rungs: readonly { reached: number; entries: Entry[] }[];
  /** Trials on their way, to which rung. */
  flying: (readonly [number: number, rung: number])[];
}

const MOST = 4096;
const MOST_FRONT = 512;

/** @param levels budgets, ascending */
export function openRungs(levels: readonly number[], eta: number): AshaRungs {
  return { eta, levels, rungs: levels.map(() => ({ reached: 0, entries: [] })), flying: [] };
}

/** A new trial sets off for the lowest rung. */
export function depart(at: AshaRungs, number: number): void {
  at.flying.push([number, 0]);
}

/** Sends the trial that is to go on now to its rung; undefined: nobody is. */
export function promote(at: AshaRungs): { number: number; rung: number } | undefined {
  for (let k = at.levels.length - 2; k >= 0; k--) {
    const { reached, entries } = at.rungs[k]!;
    const best = Math.min(Math.floor(reached / at.eta), entries.length);
    for (let i = 0; i < best; i++) if (!entries[i]!.up) return sendUp(at, entries[i]!, k + 1);
  }
  return undefined;
}

/**
 * Sends the best paused trial of the highest budget to the top of its bracket, if none has got to the top of any.
 * @returns undefined where nobody is to go
 */
export function lastResort(
  brackets: readonly AshaRungs[],
): { bracket: number; number: number; rung: number } | undefined {
  if (brackets.some(({ rungs }) => rungs.at(-1)!.reached > 0)) return undefined;
  const paused = brackets.flatMap(({ levels, rungs }, bracket) =>
    rungs.flatMap(({ entries }, k) => {
      const entry = entries.find(({ up }) => !up);
      return entry ? [{ bracket, entry, budget: levels[k]! }] : [];
    }),
  );
  // sorting keeps the order of brackets
  const [last] = paused.toSorted((a, b) => b.budget - a.budget);
  if (!last) return undefined;
  const at = brackets[last.bracket]!;
  return { bracket: last.bracket, ...sendUp(at, last.entry, at.levels.length - 1) };
}

function sendUp(at: AshaRungs, entry: Entry, rung: number): { number: number; rung: number } {
  entry.up = true;
  at.flying.push([entry.number, rung]);
  return { number: entry.number, rung };
}

/** Whether the trial is on its way here. */
export function isFlying(at: AshaRungs, number: number): boolean {
  return at.flying.some(([flying]) => flying === number);
}

/** Takes in that a trial on its way has got to its rung. */
export function arrive(at: AshaRungs, number: number, y: readonly number[]): void {
  const rung = at.rungs[land(at, number)]!;
  rung.reached++;
  if (rung !== at.rungs.at(-1)) insert(rung.entries, { number, y });
}

/** Takes in that a trial, on its way or paused, never goes on. */
export function vanish(at: AshaRungs, number: number): void {
  land(at, number);
  for (const { entries } of at.rungs) for (const entry of entries) if (entry.number === number) entry.up = true;
}

/** @returns its rung, -1 if it was not on its way */
function land(at: AshaRungs, number: number): number {
  const rung = at.flying.find(([flying]) => flying === number)?.[1] ?? -1;
  at.flying = at.flying.filter(([flying]) => flying !== number);
  return rung;
}

function insert(entries: Entry[], entry: Entry): void {
  if (entry.y.length > 1) {
    entries.splice(0, Infinity, ...bestFirst([...entries, entry]));
    return;
  }
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = entries[middle]!;
    const isBefore = other.y[0]! < entry.y[0]! || (other.y[0] === entry.y[0] && other.number < entry.number);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  entries.splice(low, 0, entry);
}

/**
 * Drops what can never go on any more.
 * @param starts trials that may still set off for the lowest rung, Infinity: no limit
 * @returns the paused ones among them
 */
export function giveUp(at: AshaRungs, starts: number): number[] {
  const given: number[] = [];
  const isNoneComplete = at.rungs.at(-1)!.reached === 0;
  let coming = starts;
  for (const [k, rung] of at.rungs.slice(0, -1).entries()) {
    coming += at.flying.filter(([, to]) => to === k).length;
    const slots = Math.floor((rung.reached + coming) / at.eta);
    given.push(...trim(rung.entries, slots, isNoneComplete));
    if (coming < Infinity) coming += rung.entries.reduce((count, { up }) => count + (up ? 0 : 1), 0);
  }
  return given;
}

/** Drops the entries that never come among the best `slots`. */
function trim(entries: Entry[], slots: number, isBestKept: boolean): number[] {
  const isOne = entries[0]?.y.length === 1;
  const most = Math.min(slots, isOne ? MOST : MOST_FRONT);
  if (entries.length <= most) return [];
  const kept = entries.splice(0, most);
  const isBestHere = isBestKept && kept.every(({ up }) => up);
  const best = isBestHere ? entries.find(({ up }) => !up) : undefined;
  // with several objectives a place can improve, but never past those that dominate it
  const stays = (entry: Entry): boolean =>
    entry === best || (!isOne && slots < MOST_FRONT && dominators(entry, [...kept, ...entries]) < slots);
  const dropped: number[] = [];
  const staying = entries.filter((entry) => {
    if (stays(entry)) return true;
    if (!entry.up) dropped.push(entry.number);
    return false;
  });
  entries.splice(0, Infinity, ...kept, ...staying);
  return dropped;
}
