/**
 * A study: one generic loop around the ledger's pure decisions. It starts what the ledger says, records what comes back, and
 * ends when nothing is left to ask or to wait for. Everything that happens outside arrives in the inbox; only the loop reads it.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  makeContinueAsNewFunc,
  workflowInfo,
} from '@temporalio/workflow';
import { blockLength, decodeRows, encodeRows, rowBytes, shapeOf, type RowShape } from '../study/ledger/blocks.ts';
import {
  DEFAULT_ENGINE,
  type BlockRef,
  type EngineOptions,
  type StudyInput,
  type StudyStatus,
  type SuggestAnswer,
} from '../study/contract.ts';
import { editedDefinition, editsToCheck, recordCheck, recordEdit, settle } from '../study/ledger/apply.ts';
import { createLedger, restoreLedger } from '../study/ledger/begin.ts';
import type { EditRequest } from '../study/ledger/edits.ts';
import { migrate } from '../study/ledger/migrate.ts';
import { isFinished, isHeld, rowOf, type Ledger, type Outcome } from '../study/ledger/ledger.ts';
import { endLeases, expireLeases, grantLeases } from '../study/ledger/leases.ts';
import { recordOutcome } from '../study/ledger/outcomes.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { neededRows } from '../study/ledger/scheduling.ts';
import { dropAsk, dropOpened, isStillWanted, recordSuggestions, slotsToAsk } from '../study/ledger/slots.ts';
import { statusOf } from '../study/ledger/status.ts';
import { rulesOf } from '../schedulers/rules.ts';
import { createAsker, studyActivity, type Asker } from './ask.ts';
import { ByRun } from './by-run.ts';
import { FinalPhase } from './final-phase.ts';
import { Fleet } from './fleet.ts';
import { setHandlers, type Messages } from './handlers.ts';
import { Slots } from './slots/slots.ts';
import { Tidying } from './tidying.ts';
import { Timers } from './timers.ts';
import { Visibility } from './visibility.ts';

type Event =
  | { readonly kind: 'asked'; readonly answer: SuggestAnswer }
  | { readonly kind: 'ask failed'; readonly reason: string }
  | { readonly kind: 'ended'; readonly number: number; readonly outcome: Outcome }
  | { readonly kind: 'checked'; readonly edit: string; readonly refused?: string }
  | { readonly kind: 'stored'; readonly block: BlockRef }
  | { readonly kind: 'time is up' }
  /** A handler has changed the ledger, or it is time to look at it. */
  | { readonly kind: 'look' }
  /** It is time to see to the long trials; they have been seen to. */
  | { readonly kind: 'look after' }
  | { readonly kind: 'looked after' }
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
  private readonly shape: RowShape;
  private readonly asker: Asker;
  private readonly inbox: Event[] = [];
  private readonly fleet: Fleet;
  private readonly messages: Messages = { updates: 0, signals: 0 };
  private readonly byRun: ByRun;
  private readonly slots: Slots;
  private readonly visibility: Visibility;
  private readonly finalPhase: FinalPhase;
  private readonly tidying: Tidying;
  private readonly checking = new Set<string>();
  private readonly timers = new Timers<'time is up' | 'look' | 'look after'>({
    due: (kind) => this.inbox.push({ kind }),
    broken: (error) => this.inbox.push({ kind: 'broken', error }),
  });
  private storing = false;
  private lookingAfter = false;
  /** When the long trials are looked after next, milliseconds since 1970. */
  private nextLook: number | undefined;
  private inlineBytes = 0;

  constructor(input: StudyInput, inlineRows: Uint8Array | undefined, root: CancellationScope) {
    const { definition } = input;
    const carried = input.carried && migrate(definition, input.carried);
    this.input = input;
    this.engine = { ...DEFAULT_ENGINE, ...input.engine };
    const scheduling = rulesOf(definition);
    this.ledger = carried
      ? restoreLedger(definition, carried.ledger, inlineRows ? decodeRows(inlineRows) : [], scheduling)
      : createLedger(definition, Date.now(), scheduling);
    this.shape = shapeOf(definition);
    for (const row of this.ledger.rows) this.weigh(row);
    const unsent = carried?.changed.map((number) => rowOf(this.ledger, number)) ?? [];
    this.asker = createAsker(this.ledger, this.engine.heartbeatMs, carried && { ...carried, changed: unsent });
    this.fleet = new Fleet(this.ledger, {
      ended: (number, outcome) => this.inbox.push({ kind: 'ended', number, outcome }),
      broken: (error) => this.inbox.push({ kind: 'broken', error }),
    });
    this.byRun = new ByRun(this.ledger, this.messages, this.engine, {
      look: () => this.look(),
      suspend: () => this.fleet.numbers().forEach((number) => this.fleet.cancel(number)),
    });
    this.slots = new Slots(this.ledger, this.messages, () => this.look(), carried?.slots);
    this.visibility = new Visibility(this.ledger, carried?.prepared);
    this.finalPhase = new FinalPhase(this.ledger, this.engine.heartbeatMs, () => this.look());
    this.tidying = new Tidying(this.ledger, this.engine.heartbeatMs, {
      done: () => this.look(),
      broken: (error) => this.inbox.push({ kind: 'broken', error }),
    });
    setHandlers({
      ledger: this.ledger,
      messages: this.messages,
      edit: (request) => this.edit(request),
      hear: (ended) => this.fleet.hear(ended),
      suggest: (asks) => this.byRun.take(asks),
      look: () => this.look(),
    });
    root.cancelRequested.catch(() => this.edit(CANCELLED));
  }

  async finish(): Promise<StudyStatus> {
    const { definition } = this.ledger;
    const { carried } = this.input;
    const begins = carried ? 'with trials' : 'empty';
    if (!carried?.label)
      this.visibility.prepared(await studyActivity('prepare', this.engine.heartbeatMs)({ definition, begins }));
    for (;;) {
      // an update's answer comes before what follows from it: a replay may deliver both with what came before them
      await condition(allHandlersFinished);
      for (const event of this.inbox.splice(0)) {
        this.take(event);
        this.settle();
      }
      this.settle();
      this.storeBlock();
      if (this.isQuiet() && this.wantsNewRun()) await this.continueAsNew();
      this.act();
      this.visibility.show(statusOf(this.ledger));
      if (this.isQuiet() && this.inbox.length === 0 && isFinished(this.ledger) && this.isEvaluated()) break;
      await condition(() => this.inbox.length > 0);
    }
    return this.archive();
  }

  private take(event: Event): void {
    switch (event.kind) {
      case 'asked':
        this.byRun.answered(event.answer);
        if (this.ledger.asking.length === 0) return;
        if (!isStillWanted(this.ledger)) return dropAsk(this.ledger);
        const { suggestions, sampler, later } = event.answer;
        return recordSuggestions(this.ledger, suggestions, sampler, later);
      case 'ask failed':
        this.byRun.answered({});
        dropAsk(this.ledger);
        return this.end({ status: 'failed', reason: event.reason });
      case 'ended':
        if (!this.fleet.close(event.number)) return;
        return recordOutcome(this.ledger, event.number, event.outcome, Date.now());
      case 'checked':
        this.checking.delete(event.edit);
        return recordCheck(this.ledger, event.edit, event.refused);
      case 'stored':
        this.storing = false;
        this.ledger.state.blocks.push(event.block);
        this.ledger.state.firstRow += event.block.rows;
        for (const row of this.ledger.rows.splice(0, event.block.rows)) this.weigh(row, -1);
        return;
      case 'time is up':
        return this.end({ status: 'complete', reason: 'the time limit (stop.time) was reached' });
      case 'looked after':
        this.lookingAfter = false;
        this.nextLook = undefined;
        return;
      case 'look':
      case 'look after':
        return;
      case 'broken':
        throw event.error;
    }
  }

  /** Lets everything follow from what was recorded, and cancels what a person ended. */
  private settle(): void {
    const { ledger } = this;
    expireLeases(ledger, Date.now());
    settle(ledger, Date.now());
    for (const row of ledger.changed.splice(0)) {
      this.asker.changed(row);
      if (row.closed !== undefined) this.weigh(row);
    }
    for (const { number } of ledger.state.verdicts) this.endTrial(number);
  }

  /** Starts what the ledger now allows: checks, trials, leases, asks, timers. */
  private act(): void {
    const { ledger } = this;
    for (const edit of editsToCheck(ledger)) this.check(edit);
    this.slots.update();
    this.tidying.update();
    const { startedAt, stop, stopped } = ledger.state;
    this.timers.set('time is up', stopped || stop.timeMs === undefined ? undefined : startedAt + stop.timeMs);
    if (!this.isDraining()) {
      this.fleet.start(Date.now());
      grantLeases(ledger, Date.now());
    }
    this.ask();
    this.timers.set('look', expireLeases(ledger, Date.now()));
    this.lookAfter();
  }

  /** Now and then asks what became of long trials: their word may have got lost. */
  private lookAfter(): void {
    const { lookAfterMs } = this.engine;
    if (!this.fleet.hasChildren()) this.nextLook = undefined;
    else this.nextLook ??= Date.now() + lookAfterMs;
    const isDue = this.nextLook !== undefined && this.nextLook <= Date.now();
    if (isDue && !this.lookingAfter) {
      this.lookingAfter = true;
      this.fleet.lookAfter(studyActivity('lookAfter', this.engine.heartbeatMs)).then(
        () => this.inbox.push({ kind: 'looked after' }),
        (error) => this.inbox.push({ kind: 'broken', error }),
      );
    }
    this.timers.set('look after', isDue ? undefined : this.nextLook);
  }

  private ask(): void {
    if (this.ledger.asking.length > 0 || this.byRun.isAsking()) return;
    const slots = this.isDraining() ? [] : slotsToAsk(this.ledger);
    const parameters = this.byRun.begin();
    if (slots.length + parameters.length === 0) return;
    this.ledger.asking = slots;
    this.asker.ask(slots, parameters, this.byRun.mayWait()).then(
      (answer) => this.inbox.push({ kind: 'asked', answer }),
      (error) => this.inbox.push({ kind: 'ask failed', reason: reasonOf(error) }),
    );
  }

  private check(request: EditRequest): void {
    const { requestId } = request;
    if (this.checking.has(requestId)) return;
    this.checking.add(requestId);
    const definition = editedDefinition(this.ledger.definition, request);
    studyActivity(
      'prepare',
      this.engine.heartbeatMs,
    )({ definition }).then(
      () => this.inbox.push({ kind: 'checked', edit: requestId }),
      (error) => this.inbox.push({ kind: 'checked', edit: requestId, refused: reasonOf(error) }),
    );
  }

  /** A person's edit: what editFault did not refuse. */
  private edit(request: EditRequest): void {
    const { ledger } = this;
    if (!recordEdit(ledger, request, Date.now())) return;
    const { edit } = request;
    if ((edit.kind === 'stop' || edit.kind === 'pause') && edit.now) {
      if (edit.kind === 'stop') {
        endLeases(ledger);
        this.finalPhase.stop(request.why ?? 'stopped on request');
      }
      for (const number of this.fleet.numbers()) this.fleet.cancel(number);
    }
    this.settle();
    this.look();
  }

  private look(): void {
    this.inbox.push({ kind: 'look' });
  }

  private end(verdict: NonNullable<Ledger['state']['stopped']>): void {
    this.ledger.state.stopped ??= verdict;
    dropOpened(this.ledger);
  }

  /** Cancels a trial in flight; one that nobody of ours runs ends here. */
  private endTrial(number: number): void {
    const { ledger } = this;
    if (this.fleet.cancel(number)) return;
    if (!ledger.state.open.includes(number) || isHeld(ledger, number)) return;
    const { attempts } = rowOf(ledger, number);
    recordOutcome(ledger, number, { kind: 'paused', attempts, notes: {} }, Date.now());
    this.look();
  }

  /** Begins the final phase of a study that is to have one. @returns whether nothing of it is left to do */
  private isEvaluated(): boolean {
    return this.finalPhase.advance((error) => this.inbox.push({ kind: 'broken', error }));
  }

  private isQuiet(): boolean {
    const isBusy =
      this.ledger.asking.length > 0 || this.byRun.isAsking() || this.slots.isTalking() || this.tidying.isRunning();
    return this.fleet.isQuiet() && !isBusy && this.checking.size === 0 && !this.storing && !this.lookingAfter;
  }

  private wantsNewRun(): boolean {
    const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged, historyLength } = workflowInfo();
    const isLong = continueAsNewSuggested || historyLength >= this.engine.quietEvents;
    const isTime = isLong || targetWorkerDeploymentVersionChanged || this.isDraining();
    if (!isTime || isFinished(this.ledger)) return false;
    // what waits for a straggler may be too much to carry: then not before that has ended
    return JSON.stringify(this.ledger.state.held).length <= MAX_HELD;
  }

  /** Past the hard marks nothing new starts until a quiet moment. */
  private isDraining(): boolean {
    const { historyLength, historySize } = workflowInfo();
    const { hardEvents, hardBytes, hardUpdates, hardSignals } = this.engine;
    const { updates, signals } = this.messages;
    return historyLength >= hardEvents || historySize >= hardBytes || updates >= hardUpdates || signals >= hardSignals;
  }

  private async continueAsNew(): Promise<never> {
    const { state, rows } = this.ledger;
    // a pinned run stays with its worker's version: the next one begins with the newest
    const next = makeContinueAsNewFunc<typeof studyWorkflow>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
    const carried = { ledger: state, ...this.asker.carry(), ...this.visibility.carry(), ...this.slots.carry() };
    return next({ ...this.input, carried }, encodeRows(rows, this.shape));
  }

  /** Moves closed rows out, oldest first, while they weigh more than may be carried inline. */
  private storeBlock(): void {
    if (this.storing || this.inlineBytes <= this.engine.inlineBytes) return;
    const { state, rows } = this.ledger;
    const isNeeded = neededRows(this.ledger);
    const mayLeave = (row: LedgerRow): boolean =>
      row.number < state.committed && !this.asker.isUnsent(row.number) && !isNeeded(row);
    const count = blockLength(rows, this.shape, mayLeave);
    if (count === 0) return;
    this.storing = true;
    const { workflowId } = workflowInfo();
    const store = studyActivity('storeBlock', this.engine.heartbeatMs);
    store({ study: workflowId, first: state.firstRow, rows: count }, encodeRows(rows.slice(0, count), this.shape)).then(
      (block) => this.inbox.push({ kind: 'stored', block }),
      (error) => this.inbox.push({ kind: 'broken', error }),
    );
  }

  private weigh(row: LedgerRow, sign = 1): void {
    this.inlineBytes += sign * rowBytes(row, this.shape);
  }

  private async archive(): Promise<StudyStatus> {
    const { input, ledger } = this;
    const { blocks, edits, epochs, firstRow } = ledger.state;
    const status = statusOf(ledger, Date.now());
    this.visibility.show(status);
    const { firstExecutionRunId: firstRunId } = workflowInfo();
    await studyActivity('archive', this.engine.heartbeatMs)(
      { definition: input.definition, firstRunId, status, blocks, edits, epochs, firstRow },
      encodeRows(ledger.rows, this.shape),
    );
    return status;
  }
}

/** Characters of held outcomes that may cross continue-as-new. */
const MAX_HELD = 256 * 1024;
const CANCELLED: EditRequest = {
  requestId: 'cancelled',
  why: 'the workflow was cancelled',
  edit: { kind: 'stop', now: true },
};

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof ApplicationFailure ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
