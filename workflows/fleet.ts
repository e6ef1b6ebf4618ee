/**
 * The trials in flight on workers of the study's own: started in the form that the definition asks for (by themselves, in batches, in
 * lanes, as workflows of their own), each heard of once.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { TuningActivities } from '../study/contract.ts';
import type { ChildState, TrialEnded } from '../study/trial/trial-forms.ts';
import { isHeld, rowOf, spaceOf, type Ledger, type Outcome } from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { recordStart, trialsToStart } from '../study/ledger/slots.ts';
import { runsAsChild } from '../study/study.ts';
import { runAlone, runBatches } from './trial/batch.ts';
import { runLane } from './trial/lane.ts';
import { cancelLongTrial, longTrialId, startLongTrial } from './trial/long-trial.ts';
import type { Running } from './trial/running.ts';
import { taskOf, type TrialTask } from './trial/trial.ts';

export interface FleetEvents {
  readonly ended: (number: number, outcome: Outcome) => void;
  readonly broken: (error: unknown) => void;
}

export class Fleet {
  private readonly ledger: Ledger;
  private readonly events: FleetEvents;
  /** Those that a continue-as-new would drop. */
  private readonly running = new Map<number, Running>();
  /** Long trials whose workflows are being started. */
  private readonly starting = new Map<number, Promise<void>>();
  private readonly cancelled = new Set<number>();
  /** Long trials that are being told to end: the server forgets to tell them where the study's run ends meanwhile. */
  private readonly telling = new Set<number>();

  constructor(ledger: Ledger, events: FleetEvents) {
    this.ledger = ledger;
    this.events = events;
  }

  /** Whether the study may continue as new. */
  isQuiet(): boolean {
    return this.running.size === 0 && this.starting.size === 0 && this.telling.size === 0;
  }

  /** Starts what the ledger says may run now. */
  start(now: number): void {
    const { trial } = this.ledger.definition;
    const rows = trialsToStart(this.ledger).own;
    if (rows.length === 0) return;
    if (runsAsChild(trial)) return rows.forEach((row) => this.startLong(row, now));
    const { batch = 1, lane } = trial;
    for (const group of this.groups(rows, lane ?? batch)) {
      for (const row of group) recordStart(row, now);
      const tasks = group.map((row) => this.taskOf(row));
      for (const one of lane === undefined ? together(tasks, batch) : runLane(tasks, batch)) this.follow(one);
    }
  }

  /** Asks a trial to end soon. @returns false where none of ours runs it */
  cancel(number: number): boolean {
    const running = this.running.get(number);
    const isChild = !running && this.children().some((row) => row.number === number);
    if (!running && !isChild) return false;
    if (this.cancelled.has(number)) return true;
    this.cancelled.add(number);
    running?.cancel();
    const row = rowOf(this.ledger, number);
    if (isChild) void this.tell(row);
    return true;
  }

  /** Its outcome is about to be recorded. @returns false where it was already: a long trial may be heard of twice */
  close(number: number): boolean {
    this.cancelled.delete(number);
    return this.running.delete(number) || this.children().some((row) => row.number === number);
  }

  /** Numbers of all trials in flight. */
  numbers(): number[] {
    return [...this.running.keys(), ...this.children().map(({ number }) => number)];
  }

  /** A long trial's word, which may come twice, or of a study that had this name before. */
  hear({ firstRunId, number, outcome }: TrialEnded): void {
    if (firstRunId !== workflowInfo().firstExecutionRunId) return;
    const row = this.children().find((each) => each.number === number);
    if (row && outcome.attempts > row.attempts) this.events.ended(number, outcome);
  }

  /** Asks what became of the long trials. A trial whose workflow is gone has failed. */
  async lookAfter(ask: TuningActivities['lookAfter']): Promise<void> {
    const { firstExecutionRunId: firstRunId } = workflowInfo();
    const rows = this.children().filter(({ number }) => !this.starting.has(number));
    const states = await ask({ children: rows.map(longTrialId) });
    states.forEach((child, i) => {
      const { number, attempts } = rows[i]!;
      const outcome = outcomeOf(child, attempts + 1);
      if (outcome) this.hear({ firstRunId, number, outcome });
    });
  }

  hasChildren(): boolean {
    return this.children().length > 0;
  }

  /** Rows whose trials are workflows of their own, in this run of the study or an earlier one. */
  private children(): LedgerRow[] {
    const { definition, state } = this.ledger;
    if (!runsAsChild(definition.trial)) return [];
    const lent = new Set(state.leases.map(({ number }) => number));
    return state.open
      .filter((number) => !lent.has(number))
      .map((number) => rowOf(this.ledger, number))
      .filter((row) => row.state === 'running' && row.origin !== 'told' && row.origin !== 'imported')
      .filter(({ number }) => !isHeld(this.ledger, number));
  }

  private async tell(row: LedgerRow): Promise<void> {
    const { number } = row;
    this.telling.add(number);
    // one that is just being started must be there before it can be told
    await this.starting.get(number);
    await cancelLongTrial(row);
    this.telling.delete(number);
  }

  /** Full groups, and what is left over once nothing else can join it. */
  private groups(rows: LedgerRow[], size: number): LedgerRow[][] {
    const groups = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
      rows.slice(i * size, (i + 1) * size),
    );
    const mayGrow = this.running.size > 0 || groups.length > 1 || this.ledger.asking.length > 0;
    return groups.filter(({ length }) => length === size || !mayGrow);
  }

  private taskOf(row: LedgerRow): TrialTask {
    const { definition, state } = this.ledger;
    return taskOf({ ...definition, space: spaceOf(state.epochs, row.space).space }, row, this.ledger);
  }

  private follow(running: Running): void {
    const { number, outcome } = running;
    this.running.set(number, running);
    outcome.then((ended) => this.events.ended(number, ended), this.events.broken);
  }

  private startLong(row: LedgerRow, now: number): void {
    const { number } = row;
    recordStart(row, now);
    const started = startLongTrial(this.taskOf(row), longTrialId(row));
    this.starting.set(number, started);
    started.then(() => this.starting.delete(number), this.events.broken);
  }
}

function together(tasks: readonly TrialTask[], batch: number): Running[] {
  return batch === 1 ? tasks.map(runAlone) : runBatches(tasks, batch);
}

function outcomeOf(child: ChildState, attempts: number): Outcome | undefined {
  if (child.state === 'running') return undefined;
  if (child.state === 'ended') return child.outcome;
  const reason = `worker lost: the trial's workflow ${child.id} is gone, it was terminated or its server lost it`;
  return { kind: 'failed', attempts, notes: { reason }, reports: [] };
}
