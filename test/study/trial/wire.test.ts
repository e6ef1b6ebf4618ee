/**
 * The wire contract of foreign trials, pinned by fixtures that the suite of the Python package reads, too (python/tests). `vitest -u`
 * writes them; what they say must never change for a case that there is, since workers of other languages depend on it.
 */
import { describe, expect, it } from 'vitest';
import { Progress } from '../../../activities/runners/progress.ts';
import { CrossingSteps } from '../../../study/trial/crossings.ts';
import { TrialFailedError } from '../../../study/errors.ts';
import { nest } from '../../../study/space/point.ts';
import { readWireAnswer, readWireFailure, readWireHeartbeat, wireTrial } from '../../../study/trial/wire.ts';
import {
  badAnswers,
  crossingCases,
  goodAnswers,
  requestOf,
  requests,
  traceCases,
  type TraceCase,
} from '../wire-cases.ts';

/** Compares with the fixture of this name. */
async function pinned(name: string, cases: readonly object[]): Promise<void> {
  const lines = cases.map((each) => JSON.stringify(each));
  await expect(`[\n${lines.join(',\n')}\n]\n`).toMatchFileSnapshot(`../fixtures/wire/${name}.json`);
}

/** What a worker of this side has seen of a trial, after the case's events. */
function progressOf({ request, crossed, events }: TraceCase): Progress {
  const progress = new Progress(request.attemptsBefore + 1, request.checkpoint, request.crossings, crossed);
  for (const event of events)
    if ('report' in event) progress.report(event.report);
    else progress.checkpoint = event.checkpoint;
  return progress;
}

describe('the wire contract', () => {
  it('calls a trial with one object', () =>
    pinned(
      'requests',
      requests.map(({ title, request, crossed }) => {
        const wire = wireTrial(request, crossed);
        return { title, wire, nested: nest(wire.params) };
      }),
    ));

  it('takes a number or an object as the answer', () =>
    pinned(
      'answers',
      goodAnswers.map(({ title, request, answer }) => ({
        title,
        answer,
        taken: readWireAnswer(JSON.parse(JSON.stringify(answer)), request),
      })),
    ));

  it('says what is wrong with any other answer', () =>
    pinned(
      'bad-answers',
      badAnswers.map(({ title, request, answer }) => {
        try {
          readWireAnswer(answer, request);
        } catch (error) {
          if (error instanceof TrialFailedError) return { title, answer, reason: error.message };
          throw error;
        }
        throw new Error(`${title} was taken`);
      }),
    ));

  it('has the same traces made of the same events', () =>
    pinned(
      'traces',
      traceCases.map((each) => {
        const { title, request, crossed, events } = each;
        const progress = progressOf(each);
        const { attempt: _attempt, ...heartbeat } = progress.heartbeat();
        const { attempt: _failed, reason: _reason, ...left } = progress.failed('');
        return {
          title,
          trial: wireTrial(request, crossed),
          events,
          heartbeat,
          left: { ...left, steps: heartbeat.steps },
        };
      }),
    ));

  it.each(traceCases)('reads the traces of $title as its own', (each) => {
    const { request } = each;
    const progress = progressOf(each);
    const onWire = (detail: unknown): unknown => JSON.parse(JSON.stringify(detail));
    expect(readWireHeartbeat(onWire(progress.heartbeat()), request)).toEqual(progress.heartbeat());
    expect(readWireFailure('it broke', onWire(progress.failed('it broke')), request)).toEqual(
      progress.failed('it broke'),
    );
  });

  it.each([
    ['a text', 'a', { checkpoint: 'a' }],
    ['nothing that can be read', 17, {}],
    ['a checkpoint that is none', { checkpoint: 5, steps: 3, reports: [[1]] }, {}],
  ])('takes %s for what it can be of a failure', (_title, detail, read) => {
    expect(readWireFailure('it broke', detail, requestOf())).toEqual({
      reason: 'it broke',
      attempt: 1,
      reports: [],
      ...read,
    });
  });

  it('has the same reports cross', () =>
    pinned(
      'crossings',
      crossingCases.map(({ crossings, last, steps }) => {
        const line = new CrossingSteps(crossings, last);
        return {
          crossings,
          ...(last !== undefined && { last }),
          steps,
          crosses: steps.map((step) => line.crosses(step)),
        };
      }),
    ));
});
