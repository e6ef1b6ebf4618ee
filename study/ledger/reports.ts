/**
 * Reports of trials while they run, and what a pruner makes of them. A report is recorded before its verdict, a verdict before
 * anybody acts on it; the first recorded value of a step stands, and what an earlier attempt says later is dropped.
 *
 * A verdict sees with order `completion` all that was recorded, with order `trial` what had closed when the trial was opened: so it
 * does not depend on when a report came. What a trial did between its report and its end never was.
 */
import { CrossingSteps } from '../trial/crossings.ts';
import type { KnownReport, PruningRules, ReportVerdict, TrialReport } from '../scheduling.ts';
import { isHeld, rowOf, type Ledger } from './ledger.ts';
import type { LedgerRow } from './row.ts';
import type { Curve } from './scheduling.ts';

/** Takes in reports of trials that run. @returns what becomes of each trial, in their order */
export function recordReports(ledger: Ledger, reports: readonly TrialReport[]): ReportVerdict[] {
  return reports.map((report) => {
    recordReport(ledger, report);
    return isPruned(ledger, report.number) ? 'prune' : 'go on';
  });
}

/** Tells a pruner how a trial ended. */
export function hearEnd(ledger: Ledger, { number, state: end, closed }: LedgerRow): void {
  const rules = pruning(ledger);
  if (!rules) return;
  const { own, curves } = ledger.state.scheduling!;
  const reports = known(ledger, curves[number]);
  delete curves[number];
  if (ledger.definition.order === 'trial') for (const report of reports) rules.reported(own, number, report, closed!);
  if (end === 'complete' || end === 'pruned' || end === 'failed' || end === 'infeasible')
    rules.ended(own, { number, state: end, reports }, closed!);
}

function recordReport(ledger: Ledger, { number, attempt, step, value }: TrialReport): void {
  const { definition, state, crossings } = ledger;
  const rules = pruning(ledger);
  const isRunning = state.open.includes(number) && rowOf(ledger, number).state === 'running' && !isHeld(ledger, number);
  if (!rules || !crossings || !isRunning || state.verdicts.some((each) => each.number === number)) return;
  const { own, curves } = state.scheduling!;
  const curve = (curves[number] ??= { attempt, reports: [] });
  if (attempt < curve.attempt) return;
  curve.attempt = attempt;
  // an attempt that goes on from a checkpoint does not know what has crossed before it
  if (!new CrossingSteps(crossings, curve.reports.at(-1)?.[0]).crosses(step)) return;
  curve.reports.push([step, value]);
  const reports = known(ledger, curve);
  const isTimed = definition.order === 'completion';
  if (isTimed) rules.reported(own, number, reports.at(-1)!, state.seq);
  const verdict = rules.verdict(own, { number, reports }, isTimed ? Infinity : rowOf(ledger, number).asOf);
  if (verdict !== 'go on') state.verdicts.push({ number, prunedAt: step, reason: verdict.prune });
}

function isPruned({ state }: Ledger, number: number): boolean {
  return state.verdicts.some((verdict) => verdict.number === number && 'prunedAt' in verdict);
}

/** A curve as pruners know it. */
function known({ definition }: Ledger, curve: Curve | undefined): KnownReport[] {
  const sign = definition.objectives[0]!.goal === 'maximize' ? -1 : 1;
  return (curve?.reports ?? []).map(([step, value]) => ({ step, y: sign * value + 0 }));
}

function pruning({ scheduling }: Ledger): PruningRules | undefined {
  return scheduling?.form === 'pruner' ? scheduling : undefined;
}
