/**
 * Door './nexus': the Nexus service 'tuning', as its callers see it. Workflows of any namespace, worker or language may use it; safe
 * in a workflow bundle.
 */
import { operation, service, type OperationDefinition, type ServiceDefinition } from 'nexus-rpc';
import type { BestTrial, StudyStatus } from '../study/contract.ts';
import type { StudyInput } from '../study/syntax/input.ts';

export interface StartStudyRequest {
  /** A study as a study file has it; its space as data, since a schema cannot travel. */
  readonly study: StudyInput;
}

export interface StudyRequest {
  /** The study's name. */
  readonly study: string;
}

export type TuningService = ServiceDefinition<{
  /**
   * Starts a study. The operation goes on as long as the study does, and its result is the study's last status. It is idempotent by
   * name: where a study of this definition is open, its result is waited for; where it has closed, its last status is the answer.
   * Cancelling the operation stops the study, for all who wait for it.
   */
  start: OperationDefinition<StartStudyRequest, StudyStatus>;
  /** What an open study says of itself now, or a closed one said last. */
  status: OperationDefinition<StudyRequest, StudyStatus>;
  /** Its best trial so far; null without any. */
  best: OperationDefinition<StudyRequest, BestTrial | null>;
}>;

export const tuningService: TuningService = service('tuning', {
  start: operation<StartStudyRequest, StudyStatus>(),
  status: operation<StudyRequest, StudyStatus>(),
  best: operation<StudyRequest, BestTrial | null>(),
});
