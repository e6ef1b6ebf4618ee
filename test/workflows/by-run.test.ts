/** Trials that ask for parameters while they run: a real server, real samplers, a registered function. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStudyActivities, createTrialActivities } from '../../activities/index.ts';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { audit } from '../../samplers/audit.ts';
import { ACTIVITIES, type EngineOptions, type TrialRequest } from '../../study/contract.ts';
import { paramsOf } from '../../study/ledger/by-run.ts';
import type { Params } from '../../study/space/space.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Harness, World } from './harness.ts';

const NO_SPACE = { version: 1, parameters: [], forbid: [] };

/** Real activities; what is archived is kept. */
class RealWorld extends World {
  readonly requests: TrialRequest[] = [];
  private readonly train: TrialFunction;
  private readonly artifacts = mkdtempSync(join(tmpdir(), 'by-run-'));

  constructor(train: TrialFunction) {
    super();
    this.train = train;
  }

  override activities(): Record<string, (...args: never[]) => Promise<unknown>> {
    const kept = super.activities();
    return {
      ...createStudyActivities({ artifacts: this.artifacts, samplerThreads: 0 }),
      ...createTrialActivities({ functions: { trial: this.train }, allowCommand: () => false }),
      [ACTIVITIES.archive]: kept[ACTIVITIES.archive]!,
    };
  }

  clean(): void {
    rmSync(this.artifacts, { recursive: true, force: true });
  }
}

/** A parameter that only some trials have, two at once, and a failure of every fifth trial's first attempt, after it has asked. */
const conditional: TrialFunction = async (trial) => {
  await sleep((trial.number * 37) % 20);
  const [lr, kind] = await Promise.all([
    trial.suggestFloat('lr', 1e-5, 1e-1, { log: true }),
    trial.suggestCategorical('model.kind', ['forest', 'mlp']),
  ]);
  if (trial.number % 5 === 4 && trial.attempt === 1) throw new Error('once');
  const size =
    kind === 'mlp' ? await trial.suggestInt('model.units', 1, 64) : (await trial.suggestBool('model.deep')) ? 9 : 3;
  expect(await trial.suggestFloat('lr', 1e-5, 1e-1, { log: true })).toBe(lr);
  return (lr - 0.01) ** 2 * 1e4 + size / 64;
};

describe('trials that ask for parameters while they run', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.create();
  });
  afterAll(() => harness.close());

  async function played(
    name: string,
    changes: Partial<StudyDefinition>,
    engine: Partial<EngineOptions> = {},
    train: TrialFunction = conditional,
  ) {
    const definition = definitionOf({
      name,
      space: NO_SPACE,
      defineByRun: true,
      sampler: { name: 'tpe', options: { startup: 4 } },
      stop: { trials: 8, maxFailures: 3 },
      ...changes,
    });
    const world = new RealWorld(train);
    try {
      const { status, events, error } = await harness.run(definition, world, { engine });
      if (error) throw error;
      const { rows, epochs, edits } = world.archived!;
      const params = rows.map((row): Params => paramsOf(epochs, row));
      const audited = audit({ definition, log: { edits, epochs, startedAt: 0 }, rows, status });
      return { status, events, rows, params, audited };
    } finally {
      world.clean();
    }
  }

  const trial = { ...definitionOf().trial, retries: 1, heartbeatMs: 2000 };

  it('have the same parameters in every form, over continue-as-new and retries, and an audit finds the same', async () => {
    const study = { trial, order: 'trial', parallel: 3 } as const;
    const alone = await played('by-run-alone', study);
    const forms = [
      await played('by-run-drained', study, { hardUpdates: 8 }),
      await played('by-run-batches', { ...study, trial: { ...trial, batch: 2 } }, { quietEvents: 60 }),
      await played('by-run-lanes', { ...study, trial: { ...trial, lane: 3, batch: 2 } }, { quietEvents: 60 }),
      await played('by-run-long', { ...study, trial: { ...trial, long: true } }, { quietEvents: 60 }),
    ];
    expect(alone.params).toHaveLength(8);
    for (const each of alone.params)
      expect(Object.keys(each).sort()).toEqual(
        ['lr', 'model.kind', each['model.kind'] === 'mlp' ? 'model.units' : 'model.deep'].sort(),
      );
    for (const { params, rows } of forms) {
      expect(params).toEqual(alone.params);
      expect(rows.map(({ values }) => values)).toEqual(alone.rows.map(({ values }) => values));
    }
    for (const { audited } of [alone, ...forms]) expect(audited).toEqual({ recomputed: 8, skipped: {} });
    for (const { events } of forms) expect(events.length).toBeGreaterThan(1);
  });

  it.each([
    ['one after another', 1, {}],
    ['several at once', 4, {}],
    ['in lanes', 4, { lane: 3 }],
  ])('take brute force through every combination once, %s, and to its end', async (how, parallel, limits) => {
    const tree: TrialFunction = async (trial) => {
      const kind = await trial.suggestCategorical('kind', ['a', 'b']);
      await sleep((trial.number * 37) % 30);
      if (kind === 'a') return trial.suggestInt('n', 1, 3);
      return (await trial.suggestBool('flag')) ? 8 : 9;
    };
    const { params, status, audited } = await played(
      `by-run-brute-${how.replaceAll(' ', '-')}`,
      {
        sampler: { name: 'brute-force', options: {} },
        stop: { maxFailures: 3 },
        parallel,
        trial: { ...trial, ...limits },
      },
      { quietEvents: 60 },
      tree,
    );
    const ways = [
      { kind: 'a', n: 1 },
      { kind: 'a', n: 2 },
      { kind: 'a', n: 3 },
      { kind: 'b', flag: false },
      { kind: 'b', flag: true },
    ];
    if (parallel === 1) expect(params).toEqual(ways);
    expect(new Set(params.map((each) => JSON.stringify(each)))).toEqual(
      new Set(ways.map((each) => JSON.stringify(each))),
    );
    expect(params).toHaveLength(5);
    expect(status.status).toBe('complete');
    expect(audited).toEqual({ recomputed: 5, skipped: {} });
  });

  it('fail in words where there can be no such parameter', async () => {
    const ask: readonly ((trial: Parameters<TrialFunction>[0]) => Promise<unknown>)[] = [
      (trial) => trial.suggestFloat('lr', 1, 0),
      async (trial) => [await trial.suggestFloat('lr', 0, 1), await trial.suggestFloat('lr', 0, 2)],
      (trial) => trial.suggestInt('x', 0, 1),
      (trial) => trial.suggestBool('lr'),
      async (trial) => [await trial.suggestBool('a.b'), await trial.suggestBool('a')],
    ];
    const { rows } = await played(
      'by-run-refused',
      { space: definitionOf().space, stop: { trials: 2, maxFailures: 9 } },
      {},
      async (trial) => {
        // two trials fix the kind of lr
        if (trial.number < 2) await trial.suggestFloat('lr', 0, 1);
        const x = await trial.suggestFloat('x', 0, 1);
        expect(x).toBe(trial.params['x']);
        if (trial.number > 0 && trial.number <= ask.length) await ask[trial.number - 1]!(trial);
        return x;
      },
    );
    expect(rows.map(({ notes }) => notes?.reason)).toEqual([
      undefined,
      expect.stringContaining('lr.float is [1, 0]'),
      expect.stringContaining('lr was asked for as float, a number from 0 to 1 earlier in this trial'),
      expect.stringContaining('x is a parameter of the space: a number from 0 to 1; the trial asks for a whole number'),
      expect.stringContaining('lr is asked for as bool, but trials before asked for it as float'),
      expect.stringContaining('the name "a" cannot be used beside "a.b"'),
      undefined,
    ]);
  });
});
