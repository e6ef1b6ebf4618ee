/**
 * A study's sampler over its whole life: the space, the sampler and the parallelism may change under way, each from a position of
 * the event log on (an epoch). A suggestion belongs to the epoch of its asOf and sees all rows in that epoch's space.
 */
import type { ParameterSlot, ParameterSuggestion } from '../study/trial/by-run.ts';
import type { AskSlot, SuggestAnswer } from '../study/contract.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { epochAt, type Epoch } from '../study/ledger/ledger.ts';
import { pointIn } from '../study/space/space-change.ts';
import { compileSpace } from '../study/space/dimensions.ts';
import { fixedIn } from '../study/space/fixed.ts';
import type { StudyDefinition } from '../study/study.ts';
import { samplerRow } from './rows.ts';
import { problemOf } from './check.ts';
import { regretBound } from './gp/regret-bound.ts';
import { createSession, type Session } from './session.ts';
import { suggestParameter } from './by-run/suggest.ts';
import { resolveSampler } from './resolve.ts';
import type { Row, Sampler } from './sampler.ts';
import { ColdCacheError } from '../study/errors.ts';

export interface StudySession {
  /** Takes in rows that are new or have changed, and epochs that have begun. */
  push(rows: readonly LedgerRow[], epochs?: readonly Epoch[]): void;
  /**
   * Suggests parameters for slots of one epoch, in the order asked.
   * @param mayWait  some may be left for later; false
   * @throws what a session's ask does
   */
  ask(asks: readonly AskSlot[], mayWait?: boolean): SuggestAnswer;
  /** Suggests a parameter that a trial asks for while it runs. */
  parameter(slot: ParameterSlot): ParameterSuggestion;
}

/**
 * @param definition  what never changes is read from it
 * @param samplers  those there are; the built-in ones by default
 */
export function createStudySession(
  definition: StudyDefinition,
  begun: readonly Epoch[],
  samplers?: readonly Sampler[],
): StudySession {
  const epochs = [...begun];
  const rows: LedgerRow[] = [];
  /** Rows as samplers see them, for parameters; those that have changed are left out. */
  const seen = new Map<number, Row>();
  let judged: { readonly asOf: number; readonly bound: number | undefined } | undefined;
  let current: { readonly epoch: Epoch; readonly session: Session } | undefined;

  const sessionIn = (epoch: Epoch): Session => {
    if (current?.epoch === epoch) return current.session;
    const { space, sampler, parallel } = epoch;
    const session = createSession({ ...definition, space, sampler, parallel }, samplers);
    // rows may be missing yet: flatMap leaves the holes out
    session.push(rows.flatMap((row) => rowIn(epoch, row)));
    current = { epoch, session };
    return session;
  };

  /** A trial that has no point in the epoch's space says nothing there: it keeps its number, and pends for ever. */
  const rowIn = (epoch: Epoch, row: LedgerRow): Row => {
    const { number, origin, seed, asOf } = row;
    const x = pointIn(epochs, epoch, row.space, row.x);
    if (!x) return { number, origin, seed, asOf, space: row.space, state: 'pending', x: new Float64Array(0) };
    const { memo, ...seen } = samplerRow(definition, row);
    const isOwn = sameMaker(epoch, epochAt(epochs, asOf));
    return { ...seen, x, space: epoch.space.version, ...(memo && isOwn && { memo }) };
  };

  /** Rows as samplers see them, for parameters. @param what  builds on them */
  const rowsBelow = (end: number, what: string): Row[] =>
    Array.from({ length: end }, (_, i) => {
      if (!rows[i]) throw new ColdCacheError(`the row cache lacks row ${i}, ${what} builds on it`);
      const row = seen.get(i) ?? samplerRow(definition, rows[i]);
      seen.set(i, row);
      return row;
    });

  /** How many more trials there is something to try for; with none in flight and none left the sampler itself says that it ends. */
  const roomIn = ({ space, sampler, parallel }: Epoch): number => {
    const known = rowsBelow(rows.length, 'an ask for trials');
    const inFlight = known.filter(({ closed }) => closed === undefined);
    const wanted = { ...definition, space, sampler, parallel };
    const resolved = resolveSampler(wanted, samplers);
    const closed = known.filter((row) => row.closed !== undefined);
    const room = resolved.sampler.room?.(closed, inFlight) ?? Infinity;
    return room === 0 && inFlight.length === 0 ? Infinity : room;
  };

  /** Of what had closed by then. */
  const boundAt = (epoch: Epoch, asOf: number): number | undefined => {
    if (judged?.asOf !== asOf) {
      const { space, sampler, parallel } = epoch;
      const known = rows.filter(({ closed = Infinity }) => closed <= asOf).map((row) => rowIn(epoch, row));
      const problem = problemOf({ ...definition, space, sampler, parallel });
      judged = { asOf, bound: regretBound(known, problem, definition.seed, asOf) };
    }
    return judged.bound;
  };

  return {
    push(added, more = []) {
      epochs.push(...more);
      for (const row of added) {
        rows[row.number] = row;
        seen.delete(row.number);
      }
      if (current) current.session.push(added.map((row) => rowIn(current!.epoch, row)));
    },
    ask(slots, mayWait = false) {
      if (slots.length === 0) return NOTHING;
      const epoch = epochAt(epochs, slots[0].asOf);
      const room = mayWait ? roomIn(epoch) : Infinity;
      const asks = slots.slice(0, room);
      if (asks.length === 0) return { ...NOTHING, later: true };
      const answer = sessionIn(epoch).ask(definition.defineByRun ? asks.map((ask) => inSpace(epoch, ask)) : asks);
      if (definition.stop.regret === undefined)
        return asks.length < slots.length && !answer.exhausted ? { ...answer, later: true } : answer;
      const suggestions = answer.suggestions.map((suggestion, i) => {
        const bound = boundAt(epoch, asks[i].asOf);
        return bound === undefined ? suggestion : { ...suggestion, regret: bound };
      });
      return { ...answer, suggestions };
    },
    parameter(slot) {
      const { number, asOf } = slot;
      const { space, sampler, parallel } = epochAt(epochs, asOf);
      const wanted = { ...definition, space, sampler, parallel };
      const resolved = resolveSampler(wanted, samplers);
      const known = rowsBelow(slot.seen ? Math.max(number, rows.length) : number, `a parameter of trial ${number}`);
      return suggestParameter(resolved.sampler, resolved.options, problemOf(wanted), definition.seed, known, slot);
    },
  };
}

/** What somebody wants of a trial may be what it asks for while it runs. */
function inSpace({ space }: Epoch, { fixed, ...ask }: AskSlot): AskSlot {
  return fixed ? { ...ask, fixed: fixedIn(compileSpace(space), fixed) } : ask;
}

/** Whether what one's sampler noted with a trial can be read by the other's. */
function sameMaker(a: Epoch, b: Epoch): boolean {
  return a.sampler.name === b.sampler.name && a.space.version === b.space.version;
}

const NOTHING: SuggestAnswer = { sampler: 0, suggestions: [], exhausted: false };
