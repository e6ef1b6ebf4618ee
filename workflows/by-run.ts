/**
 * Parameters that trials ask for while they run: taken in by a handler that answers at once, asked for together with the next trials,
 * and known when the same question comes again. So a handler never waits (handlers.ts), and no value is seen before it is recorded.
 */
import type { EngineOptions, SuggestAnswer } from '../study/contract.ts';
import type { ParameterAnswer, ParameterAsks, ParameterSlot } from '../study/trial/by-run.ts';
import { parametersToAsk, recordAsks, recordParameters, seesOthers } from '../study/ledger/by-run.ts';
import type { Ledger } from '../study/ledger/ledger.ts';
import { patched, workflowInfo } from '@temporalio/workflow';
import type { Messages } from './handlers.ts';

/** Times the hard mark, what trials in flight may still need: 1,800 updates; at 2,000 the server takes no more of this run. */
const SPARE = 1.125;

export interface ByRunEvents {
  /** The loop is to look at the ledger. */
  readonly look: () => void;
  /** No trial in flight is answered any more by this run: they are to stop, and go on in the next one. */
  readonly suspend: () => void;
}

export class ByRun {
  private readonly ledger: Ledger;
  private readonly messages: Messages;
  private readonly most: number;
  private readonly events: ByRunEvents;
  private asking: readonly ParameterSlot[] = [];

  constructor(ledger: Ledger, messages: Messages, { hardUpdates }: EngineOptions, events: ByRunEvents) {
    this.ledger = ledger;
    this.messages = messages;
    this.most = hardUpdates * SPARE;
    this.events = events;
  }

  /** What the handler of asks does. */
  take({ firstRunId, asks }: ParameterAsks): ParameterAnswer[] {
    this.messages.updates++;
    // trials of a study that had this name before
    if (firstRunId !== workflowInfo().firstExecutionRunId) return asks.map(() => ({ ended: true }));
    const answers = recordAsks(this.ledger, asks);
    if (this.messages.updates >= this.most) this.events.suspend();
    this.events.look();
    return answers;
  }

  /** Whether an answer of the sampler is on its way. */
  isAsking(): boolean {
    return this.asking.length > 0;
  }

  /** What to ask the sampler for now: it is on its way from here on. */
  begin(): readonly ParameterSlot[] {
    this.asking = parametersToAsk(this.ledger, this.mayWait());
    return this.asking;
  }

  /** Whether the sampler may have trials asked for later. */
  mayWait(): boolean {
    return seesOthers(this.ledger) && patched('ways of others in flight');
  }

  answered({ parameters = [] }: Pick<SuggestAnswer, 'parameters'>): void {
    recordParameters(this.ledger, this.asking, parameters);
    this.asking = [];
  }
}
