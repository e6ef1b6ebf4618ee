/** What a night tells its schedule's keeper: who is tested, and what follows from the tests. */
import type { BestTrial, StudyStatus } from '../contract.ts';
import type { Objective } from '../study.ts';
import type { Evaluation, TestedCandidate, Verdict } from '../evaluation/contract.ts';
import { wins, winsBy } from './champion.ts';
import type { Champion, NightPlan, NightRecord, NightReport, Test } from './contract.ts';

export type StudyPlan = Extract<NightPlan, { kind: 'study' }>;

/** A night's record, as far as it is known before it ends. */
export type BegunNight = Pick<NightRecord, 'night' | 'study' | 'startedAt'>;

export interface Candidates {
  /** It ran as trial 0. */
  readonly champion?: Champion;
  /** The night's best trial, unless that was the champion's. */
  readonly challenger?: BestTrial;
}

export interface Tests {
  readonly champion?: Test;
  readonly challenger?: Test;
}

/** What a study's own final phase measured. */
export function testsOf({ champion, challenger }: Evaluation, objectives: readonly Objective[]): Tests {
  return {
    ...(champion && { champion: testOf(champion, objectives) }),
    ...(challenger && { challenger: testOf(challenger, objectives) }),
  };
}

/** The mean over the runs; one that failed fails the test. */
function testOf({ runs }: TestedCandidate, objectives: readonly Objective[]): Test {
  const failed = runs.find((run) => 'failed' in run);
  if (runs.length === 0 || failed) return { failed: failed?.failed ?? 'it was not tested' };
  const values = runs.flatMap((run) => ('values' in run ? [run.values] : []));
  const mean = (i: number): number => values.reduce((sum, each) => sum + each[i]! / values.length, 0);
  return { values: Object.fromEntries(objectives.map(({ name }, i) => [name, mean(i)])) };
}

/** Longest reason kept, characters. */
const MAX_REASON = 500;

/** Nobody is tested after a study that failed. */
export function candidatesOf({ champion, championLeft }: StudyPlan, { status, best }: StudyStatus): Candidates {
  if (status === 'failed' || !best) return {};
  if (!champion || championLeft !== undefined) return { challenger: best };
  return { champion, ...(best.number !== 0 && { challenger: best }) };
}

export function reportOf(
  begun: BegunNight,
  plan: StudyPlan,
  status: StudyStatus,
  tests: Tests,
  finishedAt: string,
): NightReport {
  const { champion: before, input, note, championLeft } = plan;
  const objective = input.definition.objectives[0]!;
  const { champion, challenger } = candidatesOf(plan, status);
  const { evaluation } = status;
  const verdict = evaluation?.judgement?.verdict;
  const promoted =
    !!challenger &&
    !!tests.challenger &&
    (verdict ? winsBy(verdict, tests.challenger, tests.champion) : wins(objective, tests.challenger, tests.champion));
  const failed = status.status === 'failed' || !status.best;
  const reasons = [
    failed ? (status.reason ?? 'no trial was complete') : undefined,
    note,
    championLeft === undefined ? undefined : `the champion has no place in the space: ${championLeft}`,
    failureOf('champion', tests.champion),
    failureOf('challenger', tests.challenger),
  ].filter((reason) => reason !== undefined);
  const next = promoted
    ? championBy(begun, challenger!, tests.challenger!)
    : tests.champion &&
      (champion ? tested(champion, begun, tests.champion) : baseline(begun, evaluation, tests.champion));
  return {
    record: {
      ...recordOf(begun, plan, failed ? 'failed' : 'complete', reasons.join('; '), finishedAt),
      counts: status.counts,
      ...(status.best && { best: status.best.values[objective.name]! }),
      ...scored('championTest', objective, tests.champion),
      ...scored('challengerTest', objective, tests.challenger),
      promoted,
      ...(verdict && {
        verdict: shortly(verdict),
        warnings: evaluation!.judgement!.warnings.map(({ guard }) => guard),
      }),
    },
    against: identity(before),
    ...(next && { champion: next }),
  };
}

/** Of a night whose study could not be run to its end. */
export function failureReport(
  begun: BegunNight,
  plan: StudyPlan | undefined,
  reason: string,
  finishedAt: string,
): NightReport {
  return { record: recordOf(begun, plan, 'failed', reason, finishedAt), against: identity(plan?.champion ?? null) };
}

function recordOf(
  begun: BegunNight,
  plan: StudyPlan | undefined,
  status: NightRecord['status'],
  reason: string,
  finishedAt: string,
): NightRecord {
  const short = reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
  return {
    ...begun,
    status,
    ...(short !== '' && { reason: short }),
    finishedAt,
    ...(plan?.from !== undefined && { from: plan.from }),
    imported: plan?.imported ?? 0,
    promoted: false,
  };
}

function identity(champion: Champion | null): NightReport['against'] {
  return champion && { night: champion.night, study: champion.study };
}

function championBy({ night, study }: BegunNight, { number, params, values }: BestTrial, test: Test): Champion {
  return { night, study, number, params, values, test: 'values' in test ? test.values : {}, tested: night };
}

function tested(champion: Champion, { night }: BegunNight, test: Test): Champion | undefined {
  return 'values' in test ? { ...champion, test: test.values, tested: night } : undefined;
}

/** A first night's baseline that was not beaten: what the next one is compared with. */
function baseline(begun: BegunNight, evaluation: Evaluation | undefined, test: Test): Champion | undefined {
  const { number, params, values } = evaluation?.champion ?? {};
  if ('failed' in test || number === undefined || !params || !values) return undefined;
  return championBy(begun, { number, params, values }, test);
}

function shortly({ decision, reason, metric, effect, interval, look }: Verdict): NonNullable<NightRecord['verdict']> {
  return { decision, reason, metric, look, ...(effect !== undefined && { effect }), ...(interval && { interval }) };
}

function failureOf(who: string, test: Test | undefined): string | undefined {
  return test && 'failed' in test ? `the ${who} failed its test: ${test.failed}` : undefined;
}

function scored<Key extends string>(key: Key, { name }: Objective, test: Test | undefined): { [K in Key]?: number } {
  return (test && 'values' in test ? { [key]: test.values[name]! } : {}) as { [K in Key]?: number };
}
