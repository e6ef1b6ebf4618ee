/**
 * Synchronous brackets of successive halving [Li 2018, Algorithm 1]: a rung's best go on when all of the rung have ended, in the order
 * of their values. Plain data.
 *
 * - A slot that has nothing to do in the brackets that are open, oldest first, opens the next one, as brackets are independent.
 * - Who has failed or was ended does not hold up its rung; as many go on as planned, if as many are left.
 * - When no more trials may start, a bracket goes on with those it has: one in eta^i of them, and at least one, to rung i.
 * - Evolving [Awad 2021]: from the second bracket on nobody goes on. Each rung starts new trials, when the rung below has ended,
 *   and what they need of those before is their sampler's to know.
 *
 * State: the members of open brackets, about 30 bytes each; a bracket is open as long as it has work for a slot or waits for one.
 */
import { bestFirst, type Ranked } from './ranking.ts';
import type { Move } from './scheduler.ts';

export interface BracketPlan {
  /** Which rung of the ladder is its lowest. */
  readonly first: number;
  /** Trials by rung. */
  readonly sizes: readonly number[];
}

interface Bracket extends BracketPlan {
  readonly bracket: number;
  rung: number;
  /** Trials started for the present rung, or for the lowest where trials go on. */
  started: number;
  flying: number[];
  /** Of the present rung, in the order they came. */
  reached: Ranked[];
  /** To be resumed to the present rung, the best first. */
  queue: number[];
}

export interface Brackets {
  readonly levels: readonly number[];
  readonly eta: number;
  /** One after another, `iterations` times. */
  readonly plans: readonly BracketPlan[];
  readonly iterations: number;
  readonly evolving: boolean;
  /** Brackets opened so far. */
  opened: number;
  open: Bracket[];
  /** Given up between two ends. */
  given: number[];
}

export function openBrackets(
  levels: readonly number[],
  eta: number,
  plans: readonly BracketPlan[],
  iterations = 1,
  evolving = false,
): Brackets {
  return { levels, eta, plans, iterations, evolving, opened: 0, open: [], given: [] };
}

export function nextMove(at: Brackets, number: number | undefined): Move {
  for (;;) {
    for (const bracket of at.open) {
      const move = moveIn(at, bracket, number);
      if (move) return move;
    }
    if (number !== undefined && at.opened < at.plans.length * at.iterations) open(at);
    else {
      // nobody is coming any more
      const stuck = at.open.find(({ flying, queue }) => flying.length === 0 && queue.length === 0);
      if (!stuck) break;
      closeRung(at, stuck);
    }
  }
  if (at.open.length > 0) return { do: 'wait' };
  const isDone = at.opened === at.plans.length * at.iterations;
  return {
    do: 'finish',
    reason: isDone
      ? `all ${at.opened} of its ${at.opened === 1 ? 'bracket has' : 'brackets have'} ended`
      : 'no more trials may start, and its brackets have ended',
  };
}

function open(at: Brackets): void {
  const plan = at.plans[at.opened % at.plans.length]!;
  at.open.push({ ...plan, bracket: at.opened++, rung: 0, started: 0, flying: [], reached: [], queue: [] });
}

function moveIn(at: Brackets, bracket: Bracket, number: number | undefined): Move | undefined {
  const { bracket: id, rung, sizes, queue, first } = bracket;
  const goal = { to: at.levels[first + rung]!, bracket: id, rung, final: rung === sizes.length - 1 };
  const resumed = queue.shift();
  if (resumed !== undefined) {
    bracket.flying.push(resumed);
    return { do: 'resume', number: resumed, ...goal };
  }
  if (number === undefined || !startsHere(at, bracket) || bracket.started >= sizes[rung]!) return undefined;
  bracket.started++;
  bracket.flying.push(number);
  return { do: 'start', ...goal };
}

function startsHere(at: Brackets, bracket: Bracket): boolean {
  return bracket.rung === 0 || isEvolved(at, bracket);
}

function isEvolved({ evolving }: Brackets, { bracket }: Bracket): boolean {
  return evolving && bracket > 0;
}

/** Takes in how a trial's segment ended. @param y undefined: the trial is gone @returns trials given up, ascending */
export function endIn(at: Brackets, number: number, y: readonly number[] | undefined): number[] {
  const bracket = at.open.find(({ flying }) => flying.includes(number));
  if (bracket) {
    const { rung, sizes } = bracket;
    bracket.flying = bracket.flying.filter((flying) => flying !== number);
    if (y && rung < sizes.length - 1) {
      if (isEvolved(at, bracket)) at.given.push(number);
      else bracket.reached.push({ number, y });
    }
    const isFull = !startsHere(at, bracket) || bracket.started >= sizes[rung]!;
    if (isFull && bracket.flying.length === 0 && bracket.queue.length === 0) closeRung(at, bracket);
  } else if (!y)
    for (const other of at.open) {
      other.reached = other.reached.filter((trial) => trial.number !== number);
      other.queue = other.queue.filter((queued) => queued !== number);
    }
  return at.given.splice(0).toSorted((a, b) => a - b);
}

function closeRung(at: Brackets, bracket: Bracket): void {
  const { sizes } = bracket;
  const isFull = bracket.started >= sizes[isEvolved(at, bracket) ? bracket.rung : 0]!;
  const ranked = bestFirst(bracket.reached);
  bracket.rung++;
  let size = sizes[bracket.rung] ?? 0;
  if (isEvolved(at, bracket)) {
    bracket.started = 0;
    if (!isFull) size = 0;
  } else {
    if (!isFull && size > 0) {
      size = bracket.started;
      for (let i = 0; i < bracket.rung; i++) size = Math.floor(size / at.eta);
      size = Math.max(1, size);
    }
    at.given.push(...ranked.slice(size).map(({ number }) => number));
    bracket.reached = [];
    bracket.queue = ranked.slice(0, size).map(({ number }) => number);
    size = bracket.queue.length;
  }
  if (size === 0) at.open = at.open.filter((other) => other !== bracket);
}
