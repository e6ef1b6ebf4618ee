/**
 * A population whose members are trained side by side, an interval at a time: after each, the worst begin anew where better ones have
 * got to, with parameters explored from theirs [Jaderberg 2017, Algorithm 1]. The scheduler decides who goes on from whom; what the
 * explored parameters are is the sampler's.
 *
 * Each interval of a member is a trial of its own. Its `bracket` is the member, its `rung` the generation, its lineage says from whose
 * end it goes on: the member's own with its parameters kept, or a donor's. A member that failed is one of the worst.
 *
 * Synchronous: a generation is decided once all of it has ended, so that decisions do not depend on timing. Asynchronous: each member
 * is decided when it ends, beside the others' latest results; one that begins from a donor is in the donor's generation from then on.
 *
 * State: as large as the population. A decision costs O(n log n), O(n^2) with several objectives; n members.
 *
 * [Jaderberg 2017] Jaderberg et al., "Population based training of neural networks", arXiv:1711.09846.
 */
import { schedulerUniform } from '../study/numerics/philox.ts';
import type { Lineage } from '../study/scheduling.ts';
import { bestFirst } from './ranking.ts';
import type { Move, SegmentEnd } from './scheduler.ts';

export interface PopulationRules {
  readonly seed: number;
  readonly size: number;
  readonly interval: number;
  readonly generations: number;
  /** Share of the members that begin anew from as many of the best. */
  readonly quantile: number;
  readonly tournament: boolean;
  readonly synchronous: boolean;
  /** Generations after which nobody but failed ones is replaced. */
  readonly warmup: number;
  /** Generations after which the worse half of the members leave; 0: never. */
  readonly halve: number;
}

export interface Population {
  readonly rules: PopulationRules;
  /** By member: its latest end; null before the first, and once it has left. */
  readonly latest: (Standing | null)[];
  /** Members that start next, first first. */
  ready: Start[];
  flying: (Start & { readonly number: number })[];
  /** synchronous: members of this generation that failed. */
  failed: number[];
  /** Decisions so far: each draws anew. */
  turn: number;
}

/** How far a member has got, and what it was worth there. */
interface Standing {
  /** Of the trial that ended there. */
  readonly number: number;
  readonly generation: number;
  readonly y: readonly number[];
  /** 0: feasible. */
  readonly violation: number;
}

interface Start {
  readonly member: number;
  readonly generation: number;
  readonly lineage?: Lineage;
}

/** Fewer than this many would have nobody to go on from. */
export const LEAST = 2;

export function openPopulation(rules: PopulationRules): Population {
  const members = Array.from({ length: rules.size }, (_, member) => member);
  return {
    rules,
    latest: members.map(() => null),
    ready: members.map((member) => ({ member, generation: 0 })),
    flying: [],
    failed: [],
    turn: 0,
  };
}

export function nextOf(state: Population, number: number | undefined): Move {
  const { rules, ready, flying } = state;
  const start = number === undefined ? undefined : ready.shift();
  if (start) {
    flying.push({ ...start, number: number! });
    const { member, generation, lineage } = start;
    const to = rules.interval * (generation + 1);
    return { do: 'start', to, bracket: member, rung: generation, final: true, ...(lineage && { lineage }) };
  }
  if (flying.length > 0) return { do: 'wait' };
  if (ready.length > 0) return { do: 'finish', reason: 'no more trials may start' };
  return { do: 'finish', reason: `all ${rules.generations} generations are trained` };
}

export function endOf(state: Population, number: number, end: SegmentEnd): void {
  const at = state.flying.findIndex((each) => each.number === number);
  const [{ number: _, ...start }] = state.flying.splice(at, 1) as [Population['flying'][number]];
  const { member, generation } = start;
  if (end.end === 'gone' && end.unmade) return void state.ready.unshift(start);
  if (end.end === 'gone') state.failed.push(member);
  else state.latest[member] = { number, generation, y: end.y, violation: end.end === 'infeasible' ? end.violation : 0 };
  if (!state.rules.synchronous) afterMember(state, start);
  else if (state.flying.length === 0 && state.ready.length === 0) afterGeneration(state, generation);
}

/** Ended trials that somebody may still go on from, and where members that have got to the end are. */
export function parentsIn({ rules, latest, ready, flying }: Population): number[] {
  const running = [...ready, ...flying].map(({ generation }) => generation);
  // a generation that is being trained was decided when the one before had ended
  const first = rules.synchronous ? Math.max(0, ...running) : 0;
  const ended = latest.filter((standing) => standing && standing.generation >= first);
  return [...new Set([...ready.flatMap(({ lineage }) => lineage?.parent ?? []), ...ended.map((each) => each!.number)])];
}

/** Decides all members at once. */
function afterGeneration(state: Population, generation: number): void {
  const { rules, latest } = state;
  const failed = state.failed.toSorted((a, b) => a - b);
  state.failed = [];
  const ended = latest.flatMap((standing, member) =>
    standing?.generation === generation ? [{ member, ...standing }] : [],
  );
  // nobody is left to go on from: the same generation again, from the start
  if (ended.length === 0) state.ready = failed.map((member) => ({ member, generation }));
  else if (generation + 1 < rules.generations) {
    const best = ranked(ended);
    const leaving = leaversOf(rules, generation, best, failed);
    for (const member of leaving) latest[member] = null;
    const isLeft = ({ member }: { readonly member: number }): boolean => !leaving.includes(member);
    const isFailed = ({ member }: { readonly member: number }): boolean => failed.includes(member);
    const members = [...ended, ...failed.map((member) => ({ member, number: -1 }))]
      .filter(isLeft)
      .toSorted((a, b) => a.member - b.member);
    const survivors = best.filter(isLeft);
    state.ready = members.map(({ member, number }) => {
      const donor = donorOf(state, generation, member, survivors, failed.length);
      const lineage = donor ? { parent: donor.number, keeps: false } : { parent: number, keeps: true };
      return isFailed({ member }) && !donor ? { member, generation } : { member, generation: generation + 1, lineage };
    });
  }
  state.turn++;
}

/** Decides the member whose trial has just ended, beside the others' latest results. */
function afterMember(state: Population, { member, generation }: Start): void {
  const { rules, latest } = state;
  const isFailed = state.failed.length > 0;
  state.failed = [];
  // a donor that has got to the end has nothing left to train
  const donors = latest.flatMap((standing, other) =>
    standing && standing.generation + 1 < rules.generations && !(isFailed && other === member)
      ? [{ member: other, ...standing }]
      : [],
  );
  const own = latest[member];
  if (!isFailed && own!.generation + 1 >= rules.generations) return;
  const donor = donorOf(state, generation, member, ranked(donors), isFailed ? 1 : 0);
  state.turn++;
  if (donor)
    state.ready.push({
      member,
      generation: donor.generation + 1,
      lineage: { parent: donor.number, keeps: false },
    });
  else if (!isFailed)
    state.ready.push({ member, generation: generation + 1, lineage: { parent: own!.number, keeps: true } });
  else state.ready.push({ member, generation });
}

type Ended = Standing & { readonly member: number };

/**
 * From whom a member begins anew; undefined where it goes on as it is.
 * @param best    those it may begin from and itself, unless it failed, best first
 * @param failed  how many failed
 */
function donorOf(
  { rules, turn }: Population,
  generation: number,
  member: number,
  best: readonly Ended[],
  failed: number,
): Ended | undefined {
  const place = best.findIndex((each) => each.member === member);
  const isFailed = place < 0;
  if (best.length === 0 || (!isFailed && (generation < rules.warmup || best.length < LEAST))) return undefined;
  const u = schedulerUniform(rules.seed, turn, member);
  if (rules.tournament && !isFailed) {
    const others = best.filter((each) => each.member !== member);
    const rival = others[Math.floor(u * others.length)]!;
    return best.indexOf(rival) < place ? rival : undefined;
  }
  const all = best.length + failed;
  const share = Math.min(Math.floor(all / 2), Math.ceil(all * rules.quantile));
  const top = best.slice(0, Math.max(1, Math.min(share, best.length)));
  if (!isFailed && (place < all - share || place < top.length)) return undefined;
  return top[Math.floor(u * top.length)];
}

/** Members that leave for good: the worse half, failed ones first. */
function leaversOf(
  { halve }: PopulationRules,
  generation: number,
  best: readonly Ended[],
  failed: readonly number[],
): number[] {
  const all = [...best.map(({ member }) => member), ...failed];
  if (halve === 0 || (generation + 1) % halve !== 0) return [];
  return all.slice(Math.max(LEAST, Math.ceil(all.length / 2)));
}

/** Feasible ones by value or front, then the others by how far they are from it. */
function ranked(ended: readonly Ended[]): Ended[] {
  const feasible = ended.filter(({ violation }) => violation === 0);
  const others = ended.filter(({ violation }) => violation > 0);
  return [...bestFirst(feasible), ...others.toSorted((a, b) => a.violation - b.violation || a.number - b.number)];
}
