/**
 * A study: one generic loop around the ledger's pure decisions. It starts what the ledger says, records what comes back, and
 * ends when nothing is left to ask or to wait for. Everything that happens outside arrives in the inbox; only the loop reads it.
 */
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { decodeRows, encodeRows, rowBytes } from '../study/ledger/blocks.ts';
import {
  DEFAULT_ENGINE,
  type AskSlot,
  type BlockRef,
  type EngineOptions,
  type StopRequest,
  type StudyInput,
  type StudyStatus,
  type SuggestAnswer,
} from '../study/contract.ts';
import {
  createLedger,
  isStillWanted,
  recordEdit,
  recordOutcome,
  recordStop,
  recordSuggestions,
  restoreLedger,
  rowOf,
  slotsToAsk,
  type Ledger,
  type Outcome,
} from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { statusOf } from '../study/ledger/status.ts';
import { createAsker, shapeOf, studyActivity, type Asker } from './ask.ts';
import { setHandlers } from './handlers.ts';
import { runTrial } from './trial.ts';

type Event =
  | { readonly kind: 'asked'; readonly slots: readonly AskSlot[]; readonly answer: SuggestAnswer }
  | { readonly kind: 'ask failed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly number: number; readonly outcome: Outcome }
  | { readonly kind: 'stored'; readonly block: BlockRef }
  | { readonly kind: 'time is up' }
  | { readonly kind: 'edited' }
  | { readonly kind: 'broken'; readonly error: unknown };

/** Runs a study to its end. @returns its last status; the whole ledger is in the artifact store then. */
export async function studyWorkflow(input: StudyInput, inlineRows?: Uint8Array): Promise<StudyStatus> {
  const root = CancellationScope.current();
  // trials end, and are recorded, also when the workflow is cancelled
  const status = await CancellationScope.nonCancellable(() => new Run(input, inlineRows, root).finish());
  if (root.consideredCancelled) throw new CancelledFailure(`study ${input.definition.name} was cancelled`);
  return status;
}

class Run {
  private readonly input: StudyInput;
  private readonly engine: EngineOptions;
  private readonly ledger: Ledger;
  private readonly asker: Asker;
  private readonly inbox: Event[] = [];
  private readonly running = new Set<number>();
  private readonly trials = new CancellationScope();
  private asking = false;
  private storing = false;
  private inlineBytes = 0;

  constructor(input: StudyInput, inlineRows: Uint8Array | undefined, root: CancellationScope) {
    const { definition, carried } = input;
    this.input = input;
    this.engine = { ...DEFAULT_ENGINE, ...input.engine };
    this.ledger = carried
      ? restoreLedger(definition, carried.ledger, inlineRows ? decodeRows(inlineRows) : [])
      : createLedger(definition, Date.now());
    for (const row of this.ledger.rows) this.weigh(row);
    const unsent = carried?.changed.map((number) => rowOf(this.ledger, number)) ?? [];
    this.asker = createAsker(
      this.ledger,
      this.engine.heartbeatMs,
      carried && { label: carried.label, changed: unsent },
    );
    setHandlers({ ledger: this.ledger, running: () => this.running.size, stop: (request) => this.stop(request) });
    root.cancelRequested.catch(() =>
      this.stop({ requestId: 'cancelled', now: true, why: 'the workflow was cancelled' }),
    );
  }

  async finish(): Promise<StudyStatus> {
    const { definition } = this.ledger;
    if (!this.input.carried) await studyActivity('prepare', this.engine.heartbeatMs)({ definition });
    this.startClock();
    for (;;) {
      for (const event of this.inbox.splice(0)) this.take(event);
      this.storeBlock();
      if (this.isQuiet() && this.wantsNewRun()) await this.continueAsNew();
      this.ask();
      if (this.isQuiet() && this.inbox.length === 0) break;
      await condition(() => this.inbox.length > 0);
    }
    return this.archive();
  }

  private take(event: Event): void {
    switch (event.kind) {
      case 'asked':
        this.asking = false;
        if (isStillWanted(this.ledger)) this.startTrials(event.slots, event.answer);
        return;
      case 'ask failed':
        this.asking = false;
        return recordStop(this.ledger, { status: 'failed', reason: event.reason });
      case 'ended':
        this.running.delete(event.number);
        for (const row of recordOutcome(this.ledger, event.number, event.outcome, Date.now())) {
          this.asker.changed(row);
          this.weigh(row);
        }
        return;
      case 'stored':
        this.storing = false;
        this.ledger.state.blocks.push(event.block);
        this.ledger.state.firstRow += event.block.rows;
        for (const row of this.ledger.rows.splice(0, event.block.rows)) this.weigh(row, -1);
        return;
      case 'edited':
        return;
      case 'time is up':
        return recordStop(this.ledger, { status: 'complete', reason: 'the time limit (stop.time) was reached' });
      case 'broken':
        throw event.error;
    }
  }

  private ask(): void {
    const slots = this.asking || this.isDraining() ? [] : slotsToAsk(this.ledger, this.running.size);
    if (slots.length === 0) return;
    this.asking = true;
    this.asker.ask(slots).then(
      (answer) => this.inbox.push({ kind: 'asked', slots, answer }),
      (error) => this.inbox.push({ kind: 'ask failed', reason: reasonOf(error) }),
    );
  }

  private startTrials(slots: readonly AskSlot[], answer: SuggestAnswer): void {
    const { definition } = this.ledger;
    for (const row of recordSuggestions(this.ledger, slots, answer.suggestions, answer.sampler, Date.now())) {
      this.asker.changed(row);
      this.running.add(row.number);
      this.trials
        .run(() => runTrial(definition, row))
        .then(
          (outcome) => this.inbox.push({ kind: 'ended', number: row.number, outcome }),
          (error) => this.inbox.push({ kind: 'broken', error }),
        );
    }
  }

  private stop(request: StopRequest): void {
    if (!recordEdit(this.ledger, 'stop', request, Date.now())) return;
    recordStop(this.ledger, { status: 'stopped', reason: request.why ?? 'stopped on request' });
    if (request.now) this.trials.cancel();
    this.inbox.push({ kind: 'edited' });
  }

  private startClock(): void {
    const { definition, state } = this.ledger;
    if (definition.stop.timeMs === undefined) return;
    const left = Math.max(1, state.startedAt + definition.stop.timeMs - Date.now());
    sleep(left).then(
      () => this.inbox.push({ kind: 'time is up' }),
      (error) => this.inbox.push({ kind: 'broken', error }),
    );
  }

  private isQuiet(): boolean {
    return this.running.size === 0 && !this.asking && !this.storing;
  }

  private wantsNewRun(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    return (
      slotsToAsk(this.ledger, 0).length > 0 && (continueAsNewSuggested || historyLength >= this.engine.quietEvents)
    );
  }

  /** Past the hard marks nothing new starts until a quiet moment. */
  private isDraining(): boolean {
    const { historyLength, historySize } = workflowInfo();
    return historyLength >= this.engine.hardEvents || historySize >= this.engine.hardBytes;
  }

  private async continueAsNew(): Promise<never> {
    const { definition, state, rows } = this.ledger;
    const { label, changed } = this.asker.carry();
    return continueAsNew<typeof studyWorkflow>(
      { ...this.input, carried: { ledger: state, label, changed } },
      encodeRows(rows, shapeOf(definition)),
    );
  }

  /** Moves closed rows out, oldest first, while they weigh more than may be carried inline. */
  private storeBlock(): void {
    if (this.storing || this.inlineBytes <= this.engine.inlineBytes) return;
    const { definition, state, rows } = this.ledger;
    const shape = shapeOf(definition);
    let bytes = 0;
    let count = 0;
    for (const row of rows.slice(0, BLOCK_ROWS)) {
      bytes += rowBytes(row, shape);
      if (row.number >= state.committed || this.asker.isUnsent(row.number) || (count > 0 && bytes > BLOCK_BYTES)) break;
      count++;
    }
    if (count === 0) return;
    this.storing = true;
    const { workflowId } = workflowInfo();
    const store = studyActivity('storeBlock', this.engine.heartbeatMs);
    store({ study: workflowId, first: state.firstRow, rows: count }, encodeRows(rows.slice(0, count), shape)).then(
      (block) => this.inbox.push({ kind: 'stored', block }),
      (error) => this.inbox.push({ kind: 'broken', error }),
    );
  }

  private weigh(row: LedgerRow, sign = 1): void {
    this.inlineBytes += sign * rowBytes(row, shapeOf(this.ledger.definition));
  }

  private async archive(): Promise<StudyStatus> {
    const { definition, state, rows } = this.ledger;
    const status = statusOf(this.ledger, 0, Date.now());
    const { firstExecutionRunId: firstRunId } = workflowInfo();
    await studyActivity('archive', this.engine.heartbeatMs)(
      { definition, firstRunId, status, blocks: state.blocks, edits: state.edits, firstRow: state.firstRow },
      encodeRows(rows, shapeOf(definition)),
    );
    return status;
  }
}

const BLOCK_ROWS = 1000;
const BLOCK_BYTES = 1024 * 1024;

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof ApplicationFailure ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
