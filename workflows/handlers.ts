/** Queries and updates of a study. Handlers are synchronous: check, append to the event log, return. */
import type { QueryDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import {
  FAILURES,
  QUERIES,
  UPDATES,
  type BestTrial,
  type StopRequest,
  type StudyStatus,
  type TrialPage,
  type TrialPageRequest,
} from '../study/contract.ts';
import { pageOf, statusOf } from '../study/ledger/status.ts';
import type { Ledger } from '../study/ledger/ledger.ts';

export const studyStatus: QueryDefinition<StudyStatus> = defineQuery(QUERIES.status);
export const studyBest: QueryDefinition<BestTrial | null> = defineQuery(QUERIES.best);
export const studyTrials: QueryDefinition<TrialPage, [TrialPageRequest]> = defineQuery(QUERIES.trials);
export const stopStudy: UpdateDefinition<StudyStatus, [StopRequest]> = defineUpdate(UPDATES.stop);

export interface Handled {
  readonly ledger: Ledger;
  readonly running: () => number;
  readonly stop: (request: StopRequest) => void;
}

export function setHandlers({ ledger, running, stop }: Handled): void {
  setHandler(studyStatus, () => statusOf(ledger, running()));
  setHandler(studyBest, () => ledger.state.best);
  setHandler(studyTrials, (request) => pageOf(ledger, request));
  setHandler(
    stopStudy,
    (request) => {
      stop(request);
      return statusOf(ledger, running());
    },
    { validator: checkStop },
  );
}

function checkStop(request: StopRequest): void {
  if (typeof request?.requestId === 'string' && request.requestId !== '' && typeof request.now === 'boolean') return;
  throw ApplicationFailure.nonRetryable(
    `stop: got ${JSON.stringify(request)}, expected { requestId: a text of your own, now: true or false }`,
    FAILURES.definition,
  );
}
