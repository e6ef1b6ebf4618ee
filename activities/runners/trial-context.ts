/** What a trial function receives. */
import { nest } from '../../study/point.ts';
import { readCheckpoint, readMeasurement } from '../../study/result.ts';
import type { ParameterValue } from '../../study/space.ts';
import type { TrialEvents, TrialFacts } from './runner.ts';

export interface TrialContext<Values = Readonly<Record<string, ParameterValue>>> {
  /** Parameter values; nested branches are objects. */
  readonly params: Values;
  /** The study's name. */
  readonly study: string;
  /** The trial's number, from 0. */
  readonly number: number;
  /** For everything random in the trial: the same in each of its attempts. */
  readonly seed: number;
  /** From 1; higher after a retry or a lost worker. */
  readonly attempt: number;
  /** Absolute total of steps to reach, where a scheduler sets one. */
  readonly budget: number | undefined;
  readonly phase: 'tune' | 'test';
  /** What saveCheckpoint was last given, in this attempt's past: go on from there. */
  readonly checkpoint: string | undefined;
  /** Aborts when the trial is to end soon: what it returns then still counts if the study was told to stop. */
  readonly signal: AbortSignal;
  /** Measures the first objective at a step of training; the first value of a step stands. @throws if one is not finite. */
  readonly report: (step: number, value: number) => void;
  /** Remembers where to go on from if the worker dies: an opaque string of at most 4,096 bytes, a path say. */
  readonly saveCheckpoint: (checkpoint: string) => void;
  readonly log: (message: string) => void;
}

/** Trains and measures: returns a number (one objective) or an object as in readResult, or a promise of one. */
export type TrialFunction<Values = Readonly<Record<string, ParameterValue>>> = (trial: TrialContext<Values>) => unknown;

export function createTrialContext(facts: TrialFacts, events: TrialEvents, signal: AbortSignal): TrialContext {
  const { params, budget, checkpoint, ...rest } = facts;
  return {
    ...rest,
    params: nest(params),
    budget: budget ?? undefined,
    checkpoint: checkpoint ?? undefined,
    signal,
    report: (step, value) => events.report(readMeasurement([step, value])),
    saveCheckpoint: (value) => events.checkpoint(readCheckpoint(value)),
    log: (message) => events.log(String(message)),
  };
}
