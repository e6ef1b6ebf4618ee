/**
 * The wire contract of trials that are somebody else's activities or workflows, in any language: version 1. Names never change; types
 * may grow optional fields. test/study/fixtures/wire has what the suites of all languages read.
 *
 * A trial is one call with one argument, a WireTrial. It answers with a number (one objective) or with an object as readResult takes it
 * (result.ts), to which `restored` and `crossed` may be added. Any failure of the call is the trial's own, but for one of type
 * TransientError: that one is repeated from the newest checkpoint. The first detail of a failure, and of a heartbeat, may be a WireTrace.
 */
import { attemptFacts, type AttemptFacts } from './attempt-facts.ts';
import type { FailedAttempt, TrialAnswer, TrialHeartbeat, TrialRequest } from '../contract.ts';
import type { Suggested } from './by-run.ts';
import { CrossingSteps } from './crossings.ts';
import { TrialFailedError } from '../errors.ts';
import { readRuledResult } from '../evaluation/gap-rule.ts';
import { curveOf, readCheckpoint, readMeasurement, readTraining } from './result.ts';
import type { Crossings } from '../scheduling.ts';
import type { Measurement } from './trial.ts';
import { isRecord } from '../wording/json.ts';

export const WIRE_VERSION = 1;

/** One attempt at a trial. */
export interface WireTrial extends AttemptFacts {
  readonly wire: typeof WIRE_VERSION;
  /** The study's workflow: takes the signal `trialReports`, the updates `judgeReports` and `suggestParameter`, with its first run's id in them. */
  readonly workflow: string;
  readonly firstRunId: string;
  /** Where to go on from if the checkpoint is lost, in this order. */
  readonly fallbacks?: readonly string[];
  /** Reports that crossed in attempts before: the study may not have heard of them. */
  readonly crossed?: readonly Measurement[];
  /**
   * Of a study whose trials ask for parameters while they run: what this one asked for before, for which it need not ask again; for others
   * by-run.ts says how. Absent: it may ask for nothing.
   */
  readonly suggested?: readonly Suggested[];
  /** Which reports the study is to hear of while the trial runs, and judges; null: none. */
  readonly crossings: Crossings | null;
  /** Names, in the definition's order. */
  readonly objectives: readonly string[];
  readonly constraints: readonly string[];
  /**
   * Of a study with `trial.evaluate`: `train` answers with no value, or with nothing, and has left a checkpoint; `evaluate` is given that
   * checkpoint and answers with what it is worth.
   */
  readonly stage?: 'train' | 'evaluate';
}

/** What an attempt leaves behind where it gives no result. A string stands for `{ checkpoint }`. */
export interface WireTrace {
  readonly checkpoint?: string;
  /** Reports so far: with the checkpoint, what progress is known by. */
  readonly steps?: number;
  /** Reports that crossed, the newest at least. */
  readonly crossed?: readonly Measurement[];
  /** All reports, of a failure. */
  readonly reports?: readonly Measurement[];
}

/** @param crossed  reports that crossed in attempts before */
export function wireTrial(request: TrialRequest, crossed: readonly Measurement[] = []): WireTrial {
  const { study: workflow, firstRunId, attemptsBefore, checkpoint, fallbacks, suggested, crossings, stage } = request;
  const { study, phase, evaluation, ...facts } = attemptFacts(request, attemptsBefore + 1, checkpoint);
  return {
    wire: WIRE_VERSION,
    study,
    workflow,
    firstRunId,
    ...facts,
    ...(fallbacks && { fallbacks }),
    ...(crossings && crossed.length > 0 && { crossed }),
    ...(suggested && { suggested }),
    crossings: crossings ?? null,
    objectives: request.objectives,
    constraints: request.constraints,
    phase,
    evaluation,
    ...(stage && { stage }),
  };
}

/** What a trial answered, checked. @throws TrialFailedError naming the field, its value and what was expected */
export function readWireAnswer(raw: unknown, request: TrialRequest): TrialAnswer {
  const { restored, crossed, ...rest } = isRecord(raw) ? raw : {};
  // what other languages return where they return nothing
  const given = isRecord(raw) ? rest : (raw ?? undefined);
  const result = request.stage === 'train' ? readTraining(given, { reports: [] }) : readRuledResult(given, request);
  return {
    ...result,
    attempt: request.attemptsBefore + 1,
    ...(restored !== undefined && { restored: readCheckpoint(restored) }),
    ...(request.crossings && {
      crossed:
        crossed === undefined ? crossing(request.crossings, curveOf(given, { reports: [] })) : readReports(crossed),
    }),
  };
}

/** What a failure left. What cannot be read of it is as if it were not there: the failure itself counts. */
export function readWireFailure(reason: string, detail: unknown, request: TrialRequest): FailedAttempt {
  const { checkpoint, reports, crossed } = readWireTrace(detail);
  return {
    reason,
    attempt: request.attemptsBefore + 1,
    ...(checkpoint !== undefined && { checkpoint }),
    reports: reports ?? [],
    ...(request.crossings && { crossed: crossed ?? crossing(request.crossings, reports ?? []) }),
  };
}

/** What an attempt that was lost had heartbeaten. */
export function readWireHeartbeat(detail: unknown, request: TrialRequest): TrialHeartbeat | undefined {
  if (detail === undefined || detail === null) return undefined;
  const { checkpoint, steps, crossed } = readWireTrace(detail);
  return {
    attempt: request.attemptsBefore + 1,
    ...(checkpoint !== undefined && { checkpoint }),
    steps: steps ?? 0,
    ...(request.crossings && crossed && { crossed }),
  };
}

function readWireTrace(detail: unknown): WireTrace {
  if (typeof detail === 'string') return readWireTrace({ checkpoint: detail });
  if (!isRecord(detail)) return {};
  const checkpoint = readable(() => readCheckpoint(detail['checkpoint']));
  const crossed = readable(() => readReports(detail['crossed']));
  const reports = readable(() => readReports(detail['reports']));
  const { steps } = detail;
  return {
    ...(checkpoint !== undefined && { checkpoint }),
    ...(Number.isSafeInteger(steps) && { steps: steps as number }),
    ...(crossed && { crossed }),
    ...(reports && { reports }),
  };
}

function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TrialFailedError) return undefined;
    throw error;
  }
}

function readReports(raw: unknown): Measurement[] {
  if (!Array.isArray(raw)) throw new TrialFailedError('reports are no list: expected a list of [step, value]');
  return Array.from(raw as unknown[], readMeasurement);
}

function crossing(crossings: Crossings, reports: readonly Measurement[]): Measurement[] {
  const steps = new CrossingSteps(crossings);
  return reports.filter(([step]) => steps.crosses(step));
}
