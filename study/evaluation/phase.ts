/**
 * What a study does once tuning is over, as a pure state machine: champion and challenger are tested, judged and, if a promotion is
 * what the verdict says and the study asks for one, promoted. The study workflow is its only writer.
 */
import { isFeasible } from '../ledger/outcomes.ts';
import type { LoggedEdit } from '../ledger/edits.ts';
import type { LedgerState, Outcome } from '../ledger/ledger.ts';
import { isPopulation } from '../scheduling.ts';
import type { StudyDefinition } from '../study.ts';
import { sameJson } from '../wording/json.ts';
import type { Candidate, Evaluation, Judgement, Promotion, TestedCandidate, TestRun } from './contract.ts';
import type { EvaluationSpec } from './spec.ts';
import { testedConstraints } from './trial-evaluation.ts';

/** Why a study that has stopped is not evaluated, in words; undefined if it is. */
export function skipReason({ evaluate }: StudyDefinition, state: LedgerState): string | undefined {
  if (!evaluate) return 'its definition has no evaluate';
  if (state.stopped?.status === 'failed') return 'the study failed';
  if (wasStoppedNow(state)) return 'the study was stopped at once';
  return state.best ? undefined : 'no trial is complete';
}

/** Whether a study that has ended tuning has its final test before it. */
export function isTestAhead(definition: StudyDefinition, state: LedgerState): boolean {
  return skipReason(definition, state) === undefined && !state.evaluation;
}

/** Whether somebody wanted nothing to run any more. */
export function wasStoppedNow({ edits }: Pick<LedgerState, 'edits'>): boolean {
  return edits.some(({ edit, refused }) => edit.kind === 'stop' && edit.now && refused === undefined);
}

/** The evaluation of a study that is to have one, before anything is tested. */
export function beginEvaluation(
  definition: StudyDefinition,
  { best, baseline, looks = 0 }: Pick<LedgerState, 'best' | 'baseline' | 'looks'>,
): Evaluation {
  const spec = definition.evaluate!;
  const champion: Candidate | undefined = spec.champion ? { params: spec.champion } : baseline;
  // equal parameters at the end of a schedule are no equal training
  const known = champion && best && sameJson(champion.params, best.params) && !isPopulation(definition.scheduler);
  const candidates = {
    ...(champion && { champion: { ...(known ? { ...best, ...champion } : champion), runs: [] } }),
    ...(best && !known && { challenger: { ...best, runs: [] } }),
  };
  const tests = { ended: 0, of: Object.keys(candidates).length * spec.repeats };
  return { phase: 'testing', look: spec.look + looks, tests, ...candidates };
}

export interface Test {
  readonly candidate: 'champion' | 'challenger';
  /** From 0. */
  readonly repeat: number;
  readonly seed: number;
}

/** All runs of the final test; champion and challenger take turns. */
export function testsOf({ champion, challenger }: Evaluation, { repeats, seed }: EvaluationSpec): Test[] {
  const roles = [champion && 'champion', challenger && 'challenger'].filter((role) => !!role) as Test['candidate'][];
  return Array.from({ length: repeats }, (_, repeat) => repeat).flatMap((repeat) =>
    roles.map((candidate) => ({ candidate, repeat, seed: seedOf(seed, repeat) })),
  );
}

/** Both candidates have it: what differs between them is not their luck. 0 to 2^32 - 1, as trial functions get it. */
function seedOf(seed: number, repeat: number): number {
  return (seed + Math.imul(repeat, 0x9e3779b9)) >>> 0;
}

/** How a run ended. */
export function runOf(definition: StudyDefinition, seed: number, outcome: Outcome): TestRun {
  if (outcome.kind !== 'result') return { seed, failed: outcome.notes.reason ?? 'it was cancelled' };
  const { values, constraints, folds, train, cost, predictions } = outcome.result;
  if (!isFeasible({ constraints: testedConstraints(definition) }, constraints))
    return { seed, failed: 'it breaks a constraint' };
  return {
    seed,
    values,
    ...(folds && { folds }),
    ...(train !== undefined && { train }),
    ...(cost !== undefined && { cost }),
    ...(predictions !== undefined && { predictions }),
  };
}

/** One more run has ended. */
export function counted(evaluation: Evaluation): Evaluation {
  const { ended, of } = evaluation.tests;
  return { ...evaluation, tests: { ended: ended + 1, of } };
}

/** All runs have ended. @param runs in the order of testsOf */
export function tested(evaluation: Evaluation, tests: readonly Test[], runs: readonly TestRun[]): Evaluation {
  const { champion, challenger } = evaluation;
  const withRuns = (role: Test['candidate'], candidate: TestedCandidate): TestedCandidate => ({
    ...candidate,
    runs: runs.filter((_, i) => tests[i]!.candidate === role),
  });
  return {
    ...evaluation,
    phase: 'judging',
    ...(champion && { champion: withRuns('champion', champion) }),
    ...(challenger && { challenger: withRuns('challenger', challenger) }),
  };
}

/**
 * What follows from the judgement.
 * @param key  of the promotion, the same for ever
 * @param now  milliseconds since 1970
 */
export function judged(
  evaluation: Evaluation,
  judgement: Judgement,
  { promote }: StudyDefinition,
  key: string,
  now: number,
): Evaluation {
  if (!promote || judgement.verdict.decision !== 'promote') return { ...evaluation, judgement, phase: 'over' };
  const { approvalMs } = promote;
  const promotion: Promotion =
    approvalMs === undefined
      ? { state: 'running', key }
      : { state: 'waiting for approval', key, until: new Date(now + approvalMs).toISOString() };
  return { ...evaluation, judgement, phase: 'promoting', promotion };
}

/** Why a person's word on the promotion is refused, in words; undefined if it is not. */
export function decisionFault(evaluation: Evaluation | undefined, kind: 'approve' | 'reject'): string | undefined {
  const promotion = evaluation?.promotion;
  if (promotion?.state === 'waiting for approval') return undefined;
  if (promotion) return `${kind}: the promotion does not wait for approval (it is ${promotion.state})`;
  return `${kind}: no promotion waits for approval; one does when a study with promote: { …, approval: 24h } has a verdict to promote`;
}

/** A person's word on the promotion. */
export function decided(evaluation: Evaluation, { edit, who, why }: LoggedEdit): Evaluation {
  const words = { ...(who !== undefined && { by: who }), ...(why !== undefined && { why }) };
  return withPromotion(evaluation, { ...words, state: edit.kind === 'approve' ? 'running' : 'rejected' });
}

/** The promotion changes; where it has ended, so has the evaluation. */
export function withPromotion(evaluation: Evaluation, change: Partial<Promotion>): Evaluation {
  const promotion = { ...evaluation.promotion!, ...change };
  const goesOn = promotion.state === 'running' || promotion.state === 'waiting for approval';
  return { ...evaluation, promotion, phase: goesOn ? 'promoting' : 'over' };
}

/** Somebody stopped the study at once. */
export function cutShort(evaluation: Evaluation, reason: string): Evaluation {
  const { promotion } = evaluation;
  const isRunning = promotion?.state === 'running';
  const ended: Partial<Promotion> = isRunning
    ? { state: 'failed', output: reason }
    : { state: 'rejected', why: reason };
  return { ...evaluation, phase: 'over', reason, ...(promotion && { promotion: { ...promotion, ...ended } }) };
}
