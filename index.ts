/** Door '.': the vocabulary of studies and the client. */
export type { SetSlotsOptions, SlotPools } from './client/slots.ts';
export { TuningClient, type StartOptions, type Startable, type TuningClientOptions } from './client/tuning-client.ts';
export type { Nested, NestedParams, Page, StudyHandle } from './client/study-handle.ts';
export type { EditOptions, Partly } from './client/study-editor.ts';
export type { ContinueOptions, ForkOptions } from './client/forking.ts';
export type { Imported, ImportOptions } from './client/warm-start.ts';
export type { AskOptions, LeasedTrial } from './client/lending.ts';
export type { BegunNight, CreateScheduleOptions, Schedules, ScheduleView } from './client/schedules.ts';
export { defineSampler, defineSpace, defineStudy, type StudyContext } from './study/definition.ts';
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
export { scheduleValue, type ParameterSchedule } from './study/space/parameter-schedule.ts';
export { spaceJsonSchema, trialJsonSchema } from './study/space/json-schema.ts';
export {
  StudyDefinitionError,
  TransientError,
  TrialFailedError,
  TrialPrunedError,
  TuningError,
} from './study/errors.ts';
export type { BestTrial, StudyCounts, StudyEdits, StudyState, StudyStatus } from './study/contract.ts';
export type { BudgetChange } from './study/ledger/budget.ts';
export type { Edit, LoggedEdit } from './study/ledger/edits.ts';
export type { Champion, NightRecord, Schedule, ScheduleTimes } from './study/schedule/contract.ts';
export type { ScheduleSyntax } from './study/schedule/times.ts';
export type { LineageInterval } from './study/trial/lineage.ts';
export type { Params, ParameterValue, Scalar, Space } from './study/space/space.ts';
export type { TrialFormat, WarmStart } from './study/study.ts';
export type { Constraint, Objective, StopRules, StudyDefinition, TrialSpec, TypedDefinition } from './study/study.ts';
export type { BanditSpec, ModelClass } from './study/models.ts';
export type { Measurement, TrialRecord, TrialResult, TrialState } from './study/trial/trial.ts';
export type { TrialContext, TrialFunction } from './activities/runners/trial-context.ts';
