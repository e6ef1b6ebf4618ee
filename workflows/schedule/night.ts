/**
 * One night of a schedule: a study that begins with what the nights before left, then a test of its best trial against the champion,
 * on the same data. Whatever happens, the keeper hears of it once.
 *
 * A night that is terminated has its study cancelled, so that no two nights of a schedule run together; that study is archived as far
 * as it came, and the next night does not begin with it.
 */
import {
  CancellationScope,
  CancelledFailure,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  rootCause,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { fromBase64 } from '../../study/wording/base64.ts';
import { STUDY_WORKFLOW, workflowId, type StudyStatus, type TrialRequest } from '../../study/contract.ts';
import { runOf } from '../../study/evaluation/phase.ts';
import { named } from '../../study/ledger/row.ts';
import {
  keeperId,
  SCHEDULE_SIGNALS,
  type NightInput,
  type NightRecord,
  type NightReport,
  type Test,
} from '../../study/schedule/contract.ts';
import { nightOf, studyOfNight } from '../../study/schedule/naming.ts';
import {
  candidatesOf,
  failureReport,
  reportOf,
  testsOf,
  type BegunNight,
  type StudyPlan,
  type Tests,
} from '../../study/schedule/report.ts';
import type { Params } from '../../study/space/space.ts';
import { studySummary } from '../../study/visibility.ts';
import { studyActivity } from '../ask.ts';
import { runTest } from '../test-run.ts';
import { TestSlots } from '../slots/test-slots.ts';

/** Runs a night to its end. @returns what the keeper is told, too */
export async function nightWorkflow({ schedule, heartbeatMs = 10_000 }: NightInput): Promise<NightRecord> {
  const { workflowId: id, startTime } = workflowInfo();
  const night = nightOf(id, startTime);
  const begun = { night, study: studyOfNight(schedule, night), startedAt: startTime.toISOString() };
  let plan: StudyPlan | undefined;
  let report: NightReport;
  try {
    const planned = await studyActivity('planNight', heartbeatMs)({ schedule, night });
    if (planned.kind === 'known') return planned.record;
    plan = planned;
    report = await spend(begun, plan);
  } catch (error) {
    const reason = isCancellation(error) ? 'it was cancelled' : (rootCause(error) ?? String(error));
    report = failureReport(begun, plan, reason, now());
  }
  await CancellationScope.nonCancellable(() => tell(schedule, report));
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure(`night ${night} was cancelled`);
  return report.record;
}

async function spend(begun: BegunNight, plan: StudyPlan): Promise<NightReport> {
  const { input, rows } = plan;
  const { taskTimeoutMs } = workflowInfo();
  const child = await startChild(STUDY_WORKFLOW, {
    workflowId: workflowId(begun.study),
    args: rows === undefined ? [input] : [input, fromBase64(rows)],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    workflowTaskTimeout: taskTimeoutMs,
    staticSummary: studySummary(input.definition),
  });
  const status = (await child.result()) as StudyStatus;
  // a study that evaluates itself has tested both
  if (input.definition.evaluate) {
    const tests = status.evaluation ? testsOf(status.evaluation, input.definition.objectives) : {};
    return reportOf(begun, plan, status, tests, now());
  }
  const { champion, challenger } = candidatesOf(plan, status);
  if (!champion && !challenger) return reportOf(begun, plan, status, {}, now());
  const slots = new TestSlots(input.definition);
  const test = (number: number, params: Params): Promise<Test> =>
    slots.during(number, () =>
      testOf(plan, { study: child.workflowId, firstRunId: child.firstExecutionRunId, number, params }),
    );
  try {
    // one after the other: what they measure may be time
    const tests: Tests = {
      ...(champion && { champion: await test(0, champion.params) }),
      ...(challenger && { challenger: await test(challenger.number, challenger.params) }),
    };
    return reportOf(begun, plan, status, tests, now());
  } finally {
    await slots.end();
  }
}

/** Runs one trial in phase 'test'. All of a night have the same seed. */
async function testOf(
  { input: { definition } }: StudyPlan,
  candidate: Pick<TrialRequest, 'study' | 'firstRunId' | 'number' | 'params'>,
): Promise<Test> {
  const seed = definition.seed >>> 0;
  const run = runOf(definition, seed, await runTest(definition, { ...candidate, seed }));
  return 'failed' in run ? run : { values: named(definition.objectives, run.values) };
}

/** A keeper that is not there any more needs no word. */
async function tell(schedule: string, report: NightReport): Promise<void> {
  await getExternalWorkflowHandle(keeperId(schedule))
    .signal(SCHEDULE_SIGNALS.nightEnded, report)
    .catch(() => {});
}

function now(): string {
  return new Date().toISOString();
}
