/** Door '.': the vocabulary of studies and the client. */
export { TuningClient, type FoundStudy, type StartOptions, type TuningClientOptions } from './client/tuning-client.ts';
export { defineStudy, type StudyContext } from './study/definition.ts';
export type { StudyInput } from './study/syntax/input.ts';
export {
  above,
  below,
  bool,
  choice,
  float,
  forbid,
  int,
  oneOf,
  ordinal,
  permutation,
  spaceFromSchema,
} from './study/schema.ts';
export { spaceJsonSchema } from './study/json-schema.ts';
export { StudyDefinitionError, TransientError, TrialFailedError, TuningError } from './study/errors.ts';
export type { BestTrial, StudyCounts, StudyState, StudyStatus } from './study/contract.ts';
export type { Params, ParameterValue, Scalar, Space } from './study/space.ts';
export type { Constraint, Objective, StopRules, StudyDefinition, TrialSpec } from './study/study.ts';
export type { Measurement, TrialRecord, TrialResult, TrialState } from './study/trial.ts';
export type { TrialContext, TrialFunction } from './activities/runners/trial-context.ts';
