/**
 * What comes after tuning: champion and challenger run in phase 'test', the judge compares them, and a promotion is carried out, once
 * somebody has approved it where that is asked for. Each step is recorded before the next one begins.
 */
import {
  ActivityCancellationType,
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import { ACTIVITIES, FAILURES, type TuningActivities } from '../study/contract.ts';
import type { Evaluation, PromotionFacts, TestRun } from '../study/evaluation/contract.ts';
import {
  beginEvaluation,
  counted,
  cutShort,
  judged,
  runOf,
  skipReason,
  tested,
  testsOf,
  withPromotion,
  type Test,
} from '../study/evaluation/phase.ts';
import { testEvaluation } from '../study/evaluation/trial-evaluation.ts';
import type { PromotionSpec } from '../study/evaluation/spec.ts';
import { encodeRows, shapeOf } from '../study/ledger/blocks.ts';
import type { Ledger } from '../study/ledger/ledger.ts';
import { hasParents } from '../study/ledger/scheduling.ts';
import { piecesOf, type ScheduledInterval } from '../study/trial/lineage.ts';
import { trialParams } from '../study/models.ts';
import { studyActivity } from './ask.ts';
import { runTest } from './test-run.ts';

export class FinalPhase {
  private readonly ledger: Ledger;
  private readonly heartbeatMs: number;
  private readonly changed: () => void;
  private readonly scope = new CancellationScope();
  /** Of a challenger that is a population's member. */
  private found: readonly ScheduledInterval[] | undefined;
  private begun = false;
  private ended = false;

  /** @param changed  is called after each step */
  constructor(ledger: Ledger, heartbeatMs: number, changed: () => void) {
    this.ledger = ledger;
    this.heartbeatMs = heartbeatMs;
    this.changed = changed;
  }

  /** Begins it, once, where there is one. @returns whether nothing of it is left to do */
  advance(broken: (error: unknown) => void): boolean {
    const { definition, state } = this.ledger;
    if (!this.begun && skipReason(definition, state) !== undefined) return true;
    if (!this.begun) {
      this.begun = true;
      state.evaluation = beginEvaluation(definition, state);
      this.scope
        .run(() => this.run())
        .catch((error) => isCancellation(error) || broken(error))
        .then(() => {
          this.ended = true;
          this.changed();
        }, broken);
    }
    return this.ended;
  }

  /** Ends it where it is: whatever runs is cancelled. */
  stop(reason: string): void {
    const { evaluation } = this.ledger.state;
    if (!evaluation || evaluation.phase === 'over') return;
    this.ledger.state.evaluation = cutShort(evaluation, reason);
    this.scope.cancel();
  }

  private async run(): Promise<void> {
    await this.test();
    await this.judge();
    await this.promote();
  }

  /** Whether somebody ended it meanwhile. */
  private isOver(): boolean {
    return this.ledger.state.evaluation!.phase === 'over';
  }

  private become(evaluation: Evaluation): void {
    if (this.isOver()) return;
    this.ledger.state.evaluation = evaluation;
    this.changed();
  }

  /** As many side by side as in tuning, and as slots that studies share allow. */
  private async test(): Promise<void> {
    const { ledger } = this;
    const { definition, state } = ledger;
    this.found = await this.schedule();
    const tests = testsOf(state.evaluation!, definition.evaluate!);
    const runs: TestRun[] = [];
    const waiting = [...tests.keys()];
    const running = new Set<number>();
    const isFree = (): boolean => running.size < (ledger.allowance?.trials ?? Infinity);
    const show = (): void => {
      ledger.testing = { running: [...running], left: waiting.length + running.size };
      this.changed();
    };
    const worker = async (): Promise<void> => {
      while (waiting.length > 0) {
        // one slot that becomes free wakes all who wait
        while (!isFree()) await condition(isFree);
        const i = waiting.shift();
        if (i === undefined) return;
        running.add(i);
        show();
        runs[i] = await this.runOne(tests[i]!);
        running.delete(i);
        if (this.isOver()) return;
        this.become(counted(state.evaluation!));
        show();
      }
    };
    show();
    const workers = Array.from({ length: Math.min(definition.parallel, tests.length) }, worker);
    const endings = await Promise.allSettled(workers);
    delete ledger.testing;
    for (const ending of endings) if (ending.status === 'rejected') throw ending.reason;
    this.become(tested(state.evaluation!, tests, runs));
  }

  /** What the best of a population was trained with: its last parameters alone would make another model. */
  private async schedule(): Promise<readonly ScheduledInterval[] | undefined> {
    const { definition, state, rows } = this.ledger;
    const number = state.evaluation!.challenger?.number;
    // a final phase that began before there was this step goes on without it
    if (!hasParents(this.ledger) || number === undefined || !patched('schedules in final tests')) return undefined;
    const found = await studyActivity('readSchedule', this.heartbeatMs)(
      { definition, number, blocks: state.blocks, epochs: state.epochs },
      encodeRows(rows, shapeOf(definition)),
    );
    return found ?? undefined;
  }

  private async runOne({ candidate, repeat, seed }: Test): Promise<TestRun> {
    const { definition, state } = this.ledger;
    const { workflowId: study, firstExecutionRunId: firstRunId } = workflowInfo();
    const { number = 0, params } = state.evaluation![candidate]!;
    const evaluation = testEvaluation(definition.evaluate!, { repeat, candidate });
    const schedule = candidate === 'challenger' && this.found;
    const run = { study, firstRunId, number, params, seed, evaluation, ...(schedule && { schedule }) };
    return runOf(definition, seed, await runTest(definition, run, this.heartbeatMs));
  }

  private async judge(): Promise<void> {
    const { definition, state, rows } = this.ledger;
    const { workflowId, firstExecutionRunId } = workflowInfo();
    const judgement = await studyActivity('judge', this.heartbeatMs)(
      {
        definition,
        evaluation: state.evaluation!,
        best: state.best,
        blocks: state.blocks,
        epochs: state.epochs,
      },
      encodeRows(rows, shapeOf(definition)),
    );
    const key = `${workflowId}/${firstExecutionRunId}/promotion`;
    this.become(judged(state.evaluation!, judgement, definition, key, Date.now()));
  }

  private async promote(): Promise<void> {
    const { definition, state } = this.ledger;
    const { promote: spec } = definition;
    if (!spec) return;
    const waits = (): boolean => state.evaluation!.promotion?.state === 'waiting for approval';
    if (waits()) await condition(() => !waits(), spec.approvalMs!);
    // a word that came with the end of the time counts
    if (waits()) this.become(withPromotion(state.evaluation!, { state: 'expired', finishedAt: now() }));
    // what follows from an answer comes after the answer, also when a replay delivers both together
    await condition(allHandlersFinished);
    if (state.evaluation!.promotion?.state !== 'running' || this.isOver()) return;
    this.become(withPromotion(state.evaluation!, { ...(await this.act(spec)), finishedAt: now() }));
  }

  /** Runs the action under one key, again where it failed by itself. Never rejects but by cancellation. */
  private async act({
    action,
    timeoutMs,
    retries,
  }: PromotionSpec): Promise<{ state: 'done' | 'failed'; output: string }> {
    const facts = this.facts();
    for (let attempt = 1; ; attempt++) {
      try {
        const { output } =
          action.kind === 'activity'
            ? { output: said(await userActivity(action, timeoutMs)(facts)) }
            : await promoteActivity(timeoutMs, this.heartbeatMs)({ action, facts, timeoutMs, attempt });
        return { state: 'done', output };
      } catch (error) {
        if (isCancellation(error)) throw error;
        const cause = error instanceof ActivityFailure ? error.cause : error;
        const isOwn = cause instanceof ApplicationFailure && cause.type === FAILURES.promotion;
        if (attempt > retries || (action.kind !== 'activity' && !isOwn))
          return { state: 'failed', output: said(cause instanceof Error ? cause.message : cause) };
      }
    }
  }

  private facts(): PromotionFacts {
    const { definition, state } = this.ledger;
    const { judgement, challenger, promotion } = state.evaluation!;
    const { number, params } = challenger!;
    const schedule = this.found && piecesOf(this.found);
    return {
      idempotencyKey: promotion!.key,
      study: definition.name,
      ...(number !== undefined && { number }),
      params: trialParams(definition, params),
      ...(schedule && {
        schedule: schedule.map((piece) => ({ to: piece.to, params: trialParams(definition, piece.params) })),
      }),
      verdict: judgement!.verdict,
      ...(promotion!.by !== undefined && { approvedBy: promotion!.by }),
    };
  }
}

/** A host that cannot be reached, and workers that are lost, are waited for this long, milliseconds. */
const PATIENCE_MS = 86_400_000;

function promoteActivity(timeoutMs: number, heartbeatTimeout: number): TuningActivities['promote'] {
  const activities = proxyActivities<Record<string, TuningActivities['promote']>>({
    taskQueue: workflowInfo().taskQueue,
    heartbeatTimeout,
    startToCloseTimeout: timeoutMs + 60_000,
    scheduleToCloseTimeout: timeoutMs + PATIENCE_MS,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  return activities[ACTIVITIES.promote]!;
}

/** An activity of the user's own. */
function userActivity(
  { activity, queue }: Extract<PromotionSpec['action'], { kind: 'activity' }>,
  timeoutMs: number,
): (facts: PromotionFacts) => Promise<unknown> {
  const activities = proxyActivities<Record<string, (facts: PromotionFacts) => Promise<unknown>>>({
    taskQueue: queue,
    startToCloseTimeout: timeoutMs,
    // a lost worker is not the action's own failure, and costs a timeout; what it does is told by its key
    retry: { maximumAttempts: 1 },
  });
  return activities[activity]!;
}

/** The last words of an action. */
function said(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : (JSON.stringify(value) ?? '');
  return text.length > 2000 ? `…${text.slice(-1999)}` : text;
}

function now(): string {
  return new Date().toISOString();
}
