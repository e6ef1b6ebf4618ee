/** Ledger, sampler and trials that ask for parameters, played together without a server, in any order of events. */
import { createStudySession } from '../../../samplers/study-session.ts';
import { settle } from '../../../study/ledger/apply.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import { parametersToAsk, paramsOf, recordAsks, recordParameters, seesOthers } from '../../../study/ledger/by-run.ts';
import { askSlot, isFinished, type Ledger, type Outcome } from '../../../study/ledger/ledger.ts';
import { isStillWanted, recordSuggestions } from '../../../study/ledger/slots.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import type { ScalarSyntax } from '../../../study/syntax/parameter.ts';
import { definitionOf } from '../../study/definitions.ts';
import { ask, end, result, row, running, start } from '../../study/ledger/rig.ts';

type Given = ReadonlyMap<string, unknown>;
/** What a trial asks for next; undefined: it ends. */
export type Tree = (given: Given) => readonly [name: string, parameter: ScalarSyntax] | undefined;

export const byRun = (changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({
    space: { version: 1, parameters: [], forbid: [] },
    defineByRun: true,
    sampler: { name: 'brute-force', options: {} },
    stop: { maxFailures: 100 },
    ...changes,
  });

/** Ten ways, of different lengths. */
export const tree: Tree = (given) => {
  if (!given.has('kind')) return ['kind', { choice: ['a', 'b', null] }];
  if (given.get('kind') === 'a' && !given.has('n')) return ['n', { int: [1, 5], step: 2 }];
  if (given.get('kind') !== 'b') return undefined;
  if (!given.has('deep')) return ['deep', { bool: true }];
  return given.get('deep') === true && !given.has('x') ? ['x', { float: [0, 0.4], step: 0.1 }] : undefined;
};

export interface Played {
  readonly ways: readonly string[];
  /** Most trials in flight at once. */
  readonly most: number;
  readonly ledger: Ledger;
}

/** @param turn  which of so many trials in flight goes on  @param outcomeOf  of a trial by number */
export function play(
  definition: StudyDefinition,
  turn: (among: number) => number,
  walk: Tree,
  outcomeOf: (number: number) => Outcome = () => result(0),
  ledger: Ledger = createLedger(definition, 0),
): Played {
  const shape = shapeOf(definition);
  let session = createStudySession(definition, ledger.state.epochs);
  let most = 0;
  for (let step = 0; step < 1000 && !isFinished(ledger); step++) {
    settle(ledger, 0);
    // a cache that is lost now and then changes nothing
    if (step % 7 === 0) {
      session = createStudySession(definition, ledger.state.epochs);
      ledger.changed = [...ledger.rows];
    }
    session.push(decodeRows(encodeRows(ledger.changed.splice(0), shape, false)));
    const others = seesOthers(ledger);
    const slots = parametersToAsk(ledger, others);
    const opening = ask(ledger);
    if (opening.length > 0) {
      const { suggestions, sampler, later } = session.ask(opening.map(askSlot), others);
      if (isStillWanted(ledger)) recordSuggestions(ledger, suggestions, sampler, later);
    }
    recordParameters(
      ledger,
      slots,
      slots.map((slot) => session.parameter(slot)),
    );
    start(ledger);
    const flying = running(ledger);
    most = Math.max(most, flying.length);
    const number = flying[turn(flying.length)];
    if (number === undefined) continue;
    const given = new Map((row(ledger, number).suggested ?? []).map(({ name, value }) => [name, value]));
    const next = walk(given);
    if (next) recordAsks(ledger, [{ number, name: next[0], parameter: next[1] }]);
    else end(ledger, number, outcomeOf(number));
  }
  const ways = ledger.rows.map((each) => JSON.stringify(Object.values(paramsOf(ledger.state.epochs, each))));
  return { ways, most, ledger };
}

export const seeded = (seed: number): ((among: number) => number) => {
  let state = seed;
  return (among) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * among);
  };
};
