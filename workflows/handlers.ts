/** Queries and updates of a study. Handlers are synchronous: check, append to the event log, return. */
import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  ApplicationFailure,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  FAILURES,
  QUERIES,
  SIGNALS,
  UPDATES,
  type BestTrial,
  type StudyEdits,
  type StudyStatus,
  type TrialPage,
  type TrialPageRequest,
} from '../study/contract.ts';
import { asksFault, type ParameterAnswer, type ParameterAsks } from '../study/trial/by-run.ts';
import type { TrialEnded } from '../study/trial/trial-forms.ts';
import { editFault, type EditRequest } from '../study/ledger/edits.ts';
import {
  leaseFault,
  leaseView,
  recordLease,
  recordTell,
  tellFault,
  type LeaseRequest,
  type LeaseView,
  type TellRequest,
} from '../study/ledger/leases.ts';
import { recordReports } from '../study/ledger/reports.ts';
import type { ReportVerdict, TrialReports } from '../study/scheduling.ts';
import { editsOf, pageOf, statusOf } from '../study/ledger/status.ts';
import type { Ledger } from '../study/ledger/ledger.ts';

export const studyStatus: QueryDefinition<StudyStatus> = defineQuery(QUERIES.status);
export const studyBest: QueryDefinition<BestTrial | null> = defineQuery(QUERIES.best);
export const studyTrials: QueryDefinition<TrialPage, [TrialPageRequest]> = defineQuery(QUERIES.trials);
export const studyEdits: QueryDefinition<StudyEdits> = defineQuery(QUERIES.edits);
export const trialLease: QueryDefinition<LeaseView, [string]> = defineQuery(QUERIES.lease);
export const editStudy: UpdateDefinition<StudyStatus, [EditRequest]> = defineUpdate(UPDATES.edit);
export const askTrial: UpdateDefinition<LeaseView, [LeaseRequest]> = defineUpdate(UPDATES.ask);
export const tellTrial: UpdateDefinition<StudyStatus, [TellRequest]> = defineUpdate(UPDATES.tell);

export const judgeReports: UpdateDefinition<readonly ReportVerdict[], [TrialReports]> = defineUpdate(UPDATES.judge);
export const suggestParameter: UpdateDefinition<readonly ParameterAnswer[], [ParameterAsks]> = defineUpdate(
  UPDATES.suggest,
);
export const trialReports: SignalDefinition<[TrialReports]> = defineSignal(SIGNALS.reports);
export const trialEnded: SignalDefinition<[TrialEnded]> = defineSignal(SIGNALS.trialEnded);

/** Messages that this run has had: the server takes only so many. */
export interface Messages {
  updates: number;
  signals: number;
}

export interface Handled {
  readonly ledger: Ledger;
  readonly messages: Messages;
  readonly edit: (request: EditRequest) => void;
  readonly hear: (ended: TrialEnded) => void;
  readonly suggest: (asks: ParameterAsks) => readonly ParameterAnswer[];
  /** Has the loop look at the ledger. */
  readonly look: () => void;
}

export function setHandlers({ ledger, messages, edit, hear, suggest, look }: Handled): void {
  setHandler(trialEnded, (ended) => {
    messages.signals++;
    hear(ended);
  });
  const record = ({ firstRunId, reports }: TrialReports): readonly ReportVerdict[] => {
    // trials of a study that had this name before learn from their cancellation that it is gone
    const isOurs = firstRunId === workflowInfo().firstExecutionRunId;
    const verdicts = isOurs ? recordReports(ledger, reports) : reports.map(() => 'go on' as const);
    look();
    return verdicts;
  };
  setHandler(trialReports, (reports) => {
    messages.signals++;
    record(reports);
  });
  setHandler(judgeReports, (reports) => {
    messages.updates++;
    return record(reports);
  });
  setHandler(suggestParameter, suggest, { validator: (asks) => refuse(asksFault(asks)) });
  setHandler(studyStatus, () => statusOf(ledger));
  setHandler(studyBest, () => ledger.state.best);
  setHandler(studyTrials, (request) => pageOf(ledger, request));
  setHandler(studyEdits, () => editsOf(ledger));
  setHandler(trialLease, (id) => leaseView(ledger, id));
  setHandler(
    editStudy,
    (request) => {
      messages.updates++;
      edit(request);
      return statusOf(ledger);
    },
    { validator: (request) => refuse(editFault(ledger, request)) },
  );
  setHandler(
    askTrial,
    (request) => {
      messages.updates++;
      recordLease(ledger, request);
      look();
      return leaseView(ledger, request.requestId);
    },
    { validator: (request) => refuse(leaseFault(ledger, request)) },
  );
  setHandler(
    tellTrial,
    (request) => {
      messages.updates++;
      recordTell(ledger, request, Date.now());
      look();
      return statusOf(ledger);
    },
    { validator: (request) => refuse(tellFault(ledger, request)) },
  );
}

/** Throws a fault as what a client understands. */
function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw ApplicationFailure.nonRetryable(fault, FAILURES.definition);
}
