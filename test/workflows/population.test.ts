/** Populations on a real server: members that go on from each other's checkpoints, whatever fails and wherever the study continues as new. */
import { ApplicationFailure } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURES, type SuggestAnswer, type SuggestRequest } from '../../study/contract.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import type { StudyDefinition, TrialLimits } from '../../study/study.ts';
import { definitionOf, evaluationOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

const study = (
  name: string,
  options: Readonly<Record<string, number | boolean | string>> = {},
  changes: Partial<StudyDefinition> = {},
  limits: Partial<TrialLimits> = {},
): StudyDefinition =>
  definitionOf({
    name,
    trial: { ...definitionOf().trial, ...limits } as StudyDefinition['trial'],
    sampler: { name: 'pbt', options: {} },
    scheduler: { name: 'pbt', options: { population: 6, generations: 5, interval: 2, ...options } },
    parallel: 4,
    stop: { maxFailures: 9 },
    ...changes,
  });

const PLACE = 'file:///';

/** Asks the study's own sampler, and adds its parameter a step to what a trial began with. */
class Training extends World {
  private full: SuggestRequest | undefined;

  protected override async suggest(request: SuggestRequest, bytes: Uint8Array): Promise<SuggestAnswer> {
    await super.suggest(request, bytes);
    if (request.full) this.full = request;
    const session = createStudySession(this.full!.full!.definition, this.full!.epochs!);
    session.push([...this.rows.values()]);
    return session.ask(request.asks);
  }

  override trial: World['trial'] = async ({ params, budget, checkpoint, number }) => {
    const [step, sum] = (checkpoint === undefined ? [0, 0] : JSON.parse(checkpoint.slice(PLACE.length))) as [
      number,
      number,
    ];
    const more = sum + (budget! - step) * Number(params['x']);
    return { values: [more], checkpoint: `${PLACE}${JSON.stringify([budget!, more, number])}` };
  };
}

const rowsOf = (world: World): readonly LedgerRow[] => world.archived!.rows;

const lineages = (world: World): unknown[] =>
  rowsOf(world).map(({ number, x, values, state, rung, lineage, seed, notes }) => {
    return { number, x: [...x], values, state, rung, lineage, seed, checkpoint: notes?.checkpoint };
  });

const positions = (world: World): unknown[] => rowsOf(world).map(({ asOf, closed }) => [asOf, closed]);

/** What each row must be, from the row that it began with. */
function checkLineage(rows: readonly LedgerRow[], interval: number): void {
  for (const { number, x, rung, lineage, values, state } of rows) {
    if (state !== 'complete') continue;
    const parent = lineage && rows[lineage.parent]!;
    expect(parent?.number ?? -1).toBeLessThan(number);
    const from = parent ? parent.values![0]! : 0;
    const steps = rung!.to - (parent ? parent.rung!.to : 0);
    expect(values![0]).toBeCloseTo(from + steps * x[0]!, 9);
    if (!parent) continue;
    expect(rung!.rung).toBe(parent.rung!.rung + 1);
    expect(rung!.to).toBe(interval * (rung!.rung + 1));
    if (lineage.keeps) {
      expect([...x]).toEqual([...parent.x]);
      expect(rung!.bracket).toBe(parent.rung!.bracket);
    }
    expect(lineage.checkpoint).toBe(parent.notes!.checkpoint);
  }
}

describe('a synchronous population', () => {
  it.each([
    ['one by one', {}],
    ['in batches', { batch: 3 }],
    ['in lanes', { lane: 4 }],
    ['as workflows of their own', { long: true as const }],
  ])('has the same members when they run %s, over many runs, with nothing cached', async (how, limits) => {
    const id = how.replaceAll(' ', '-');
    const alone = new Training();
    const { status } = await harness.run(study(`quiet-${id}`, {}, { order: 'trial' }), alone);
    const world = new Training();
    const { events } = await harness.run(study(id, {}, { order: 'trial' }, limits), world, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
      worker: { maxCachedWorkflows: 0 },
    });
    expect(events.length).toBeGreaterThan(1);
    expect(lineages(world)).toEqual(lineages(alone));
    expect(positions(world)).toEqual(positions(alone));
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 30, failed: 0 } });
    const rows = rowsOf(alone);
    checkLineage(rows, 2);
    // what nobody can begin with any more has gone, each once
    const gone = world.tidied.flatMap((each) => each.gone);
    expect(new Set(gone).size).toBe(gone.length);
    expect(gone.length).toBeGreaterThan(10);
    // a quarter of six begins anew after each generation but the last
    expect(rows.filter(({ lineage }) => lineage && !lineage.keeps).length).toBe(8);
    for (let generation = 0; generation < 5; generation++)
      expect(rows.filter(({ rung }) => rung!.rung === generation).map(({ rung }) => rung!.bracket)).toEqual([
        0, 1, 2, 3, 4, 5,
      ]);
  });

  it('has the same members in whatever order they end', async () => {
    const alone = new Training();
    await harness.run(study('in-order', {}, { parallel: 1 }), alone);
    const world = new Training();
    const train = world.trial;
    world.trial = async (request, ...rest) => {
      await new Promise((resolve) => setTimeout(resolve, (request.number * 7919) % 83));
      return train(request, ...rest);
    };
    await harness.run(study('out-of-order', {}, { parallel: 6 }), world);
    expect(lineages(world)).toEqual(lineages(alone));
  });

  it('replaces members that fail by children of better ones', async () => {
    const world = new Training();
    const train = world.trial;
    world.trial = async (request, ...rest) => {
      if (request.number % 7 === 3) throw ApplicationFailure.nonRetryable('no luck', FAILURES.trial);
      return train(request, ...rest);
    };
    const { status } = await harness.run(study('failing'), world);
    expect(status).toMatchObject({ status: 'complete', counts: { complete: 26, failed: 4 } });
    const rows = rowsOf(world);
    checkLineage(rows, 2);
    for (const { rung, state } of rows) {
      if (state !== 'failed' || rung!.rung === 4) continue;
      const next = rows.find((row) => row.rung!.bracket === rung!.bracket && row.rung!.rung === rung!.rung + 1)!;
      expect(next.lineage!.keeps).toBe(false);
      expect(rows[next.lineage!.parent]!.rung!.bracket).not.toBe(rung!.bracket);
    }
  });

  it('fails a member that leaves nothing to go on from, and says so', async () => {
    const world = new Training();
    world.trial = async ({ params }) => ({ values: [Number(params['x'])] });
    const { status } = await harness.run(study('stranded', {}, { stop: { maxFailures: 3 } }), world);
    expect(status.status).toBe('failed');
    expect(rowsOf(world)[0]!.notes!.reason).toMatch(/left no checkpoint to go on from \(none\)/);
  });

  it('loses the worse half of its members where it is told to', async () => {
    const world = new Training();
    await harness.run(study('halving', { population: 8, halve: 2 }), world);
    const sizes = [0, 1, 2, 3, 4].map((g) => rowsOf(world).filter(({ rung }) => rung!.rung === g).length);
    expect(sizes).toEqual([8, 8, 4, 4, 2]);
  });
});

describe('the final test of a population', () => {
  it('trains the schedule of the best again, over blocks and from the beginning, and the baseline with its own parameters', async () => {
    const world = new Training();
    const baseline = { params: { x: 0.9, y: 1 }, baseline: true };
    const promote = { action: { kind: 'webhook', url: 'https://a.b/c' }, timeoutMs: 60_000, retries: 0 } as const;
    const changes = { evaluate: evaluationOf({ repeats: 2 }), enqueue: [baseline], promote };
    // the longer it is trained the better
    const objectives: StudyDefinition['objectives'] = [{ name: 'loss', goal: 'maximize' }];
    const definition = study('tested', { population: 4, generations: 3 }, { ...changes, objectives });
    const { judge } = world;
    world.judge = ({ evaluation: { champion, challenger, ...rest }, ...request }) =>
      judge({
        ...request,
        evaluation: { ...rest, ...(champion && { challenger: champion }), ...(challenger && { champion: challenger }) },
      });
    const { status } = await harness.run(definition, world, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
    });
    expect(world.archived!.blocks.length).toBeGreaterThan(0);
    const rows = rowsOf(world);
    const path = [rows[status.best!.number]!];
    while (path[0]!.lineage) path.unshift(rows[path[0]!.lineage.parent]!);
    const { champion, challenger } = status.evaluation!;
    const whole = { values: [status.best!.values['loss']] };
    expect(challenger!.runs).toEqual([expect.objectContaining(whole), expect.objectContaining(whole)]);
    expect(champion!.runs[0]).toMatchObject({ values: [expect.closeTo(0.9 * 6, 9)] });
    for (const repeat of [0, 1]) {
      const ran = world.trials.filter(
        ({ evaluation }) => evaluation?.candidate === 'challenger' && evaluation.repeat === repeat,
      );
      expect(ran.map(({ budget, params }) => [budget, params['x']])).toEqual(
        path.map(({ rung, x }) => [rung!.to, x[0]]),
      );
      expect(ran.map(({ checkpoint }) => checkpoint === undefined)).toEqual(path.map((_, i) => i === 0));
      expect(ran[0]!.seed).toBe(challenger!.runs[repeat]!.seed);
      expect(new Set(ran.map(({ seed }) => seed)).size).toBe(path.length);
    }
    // who promotes it is told all that it was trained with
    const [{ facts }] = world.promotions;
    expect(facts.params).toEqual(facts.schedule!.at(-1)!.params);
    const pieces = path.filter(({ x }, i) => path[i + 1]?.x[0] !== x[0]);
    expect(pieces.length).toBeGreaterThan(1);
    expect(facts.schedule!.map(({ to, params }) => [to, params['x']])).toEqual(
      pieces.map(({ rung, x }) => [rung!.to, x[0]]),
    );
    // of its intervals the last one's checkpoint stays
    const kept = world.tidied.filter(({ gone, ended }) => gone.length === 0 && ended.length === 1);
    expect(kept.length).toBeGreaterThanOrEqual(2 * (path.length - 1));
  });

  it('says why a schedule could not be trained to its end', async () => {
    const world = new Training();
    const train = world.trial;
    world.trial = async (request, ...rest) => {
      const result = await train(request, ...rest);
      if (request.phase === 'tune') return result;
      return { values: result.values };
    };
    const definition = study('test-stranded', {}, { evaluate: evaluationOf() });
    // the longer it is trained the better
    const { status } = await harness.run({ ...definition, objectives: [{ name: 'loss', goal: 'maximize' }] }, world);
    expect(status.evaluation!.challenger!.runs).toMatchObject([
      {
        failed:
          'the interval to 2 left no checkpoint to go on from: expected one, saved where it has got to its budget',
      },
    ]);
  });
});

describe('an asynchronous population', () => {
  it('decides by what has ended, and the same again from its history', async () => {
    const world = new Training();
    const train = world.trial;
    world.trial = async (request, ...rest) => {
      // one member in three is slow
      await new Promise((resolve) => setTimeout(resolve, request.number % 3 === 0 ? 60 : 5));
      return train(request, ...rest);
    };
    const { status } = await harness.run(study('apart', { synchronous: false }), world, {
      engine: { quietEvents: 40, hardEvents: 60, inlineBytes: 700 },
      worker: { maxCachedWorkflows: 0 },
    });
    expect(status.status).toBe('complete');
    const rows = rowsOf(world);
    checkLineage(rows, 2);
    expect(rows.filter(({ lineage }) => lineage && !lineage.keeps).length).toBeGreaterThan(2);
    // each member gets to the end
    expect(new Set(rows.filter(({ rung }) => rung!.rung === 4).map(({ rung }) => rung!.bracket)).size).toBe(6);
  });
});
