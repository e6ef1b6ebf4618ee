/** Ledgers as bytes, and what the outside sees of them: pinned by a fixture that the Python package's suite reads, too. */
import { expect, it } from 'vitest';
import { toBase64 } from '../../../study/wording/base64.ts';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { defineSpace } from '../../../study/definition.ts';
import { encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import type { Epoch } from '../../../study/ledger/ledger.ts';
import { recordOf, type LedgerRow } from '../../../study/ledger/row.ts';
import { encode } from '../../../study/space/point.ts';
import type { Params, Space } from '../../../study/space/space.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { define } from '../studies.ts';

const space = `
space:
  lr: { float: [1e-5, 1e-1], scale: log }
  layers: { int: [1, 9], step: 2 }
  bias: { bool: true }
  size: { ordinal: [small, 7, null] }
  optimizer: { choice: [adam, 1, true, "ü\\U0001F600"] }
  momentum: { float: [0, 1], when: { optimizer: 1 } }
  nesterov: { bool: true, when: { optimizer: true, bias: true } }
  units: { array: { int: [8, 64] }, length: [1, 3] }
  order: { permutation: [a, b, c, d] }
  net.kind: { fixed: { deep: [1, { er: null }] } }
  net.depth: { int: [1, 3], when: { layers: [3, 5] } }
`;
const classes = {
  svm: { space: { c: { float: [0.1, 10] } }, trials: 3 },
  forest: { space: { trees: { int: [1, 9] }, split: { choice: ['gini', 'entropy'] } }, trials: 2 },
};
const without: Params = {
  lr: 0.001,
  layers: 3,
  bias: true,
  size: null,
  optimizer: 1,
  units: [8, 64],
  order: ['d', 'a', 'c', 'b'],
  'net.depth': 2,
};
const everything: Params = { ...without, momentum: 0.25 };

/** A row with this point, in the study's first space unless another one is given. */
function row(within: Space, number: number, params: Params, changes: Partial<LedgerRow> = {}): LedgerRow {
  return {
    number,
    state: 'complete',
    origin: 'sampler',
    x: encode(compileSpace(within), params),
    space: within.version,
    sampler: 3,
    seed: 4_294_967_295 - number,
    asOf: number,
    reports: [],
    attempts: 1,
    ...changes,
  };
}

interface Case {
  readonly title: string;
  readonly definition: StudyDefinition;
  readonly epochs: readonly Epoch[];
  /** A list a block. */
  readonly rows: readonly (readonly LedgerRow[])[];
}

function epoch({ space: own, sampler, parallel }: StudyDefinition, changes: Partial<Epoch> = {}): Epoch {
  return { seq: 0, space: own, sampler, parallel, was: {}, ...changes };
}

function cases(): Case[] {
  const one = define(
    `${space}\nobjective: { name: loss, goal: minimize }\nconstraints: { memory: { below: 5 } }\nsampler: tpe`,
  );
  const two = define({
    sampler: 'tpe',
    objective: undefined,
    objectives: [
      { name: 'loss', goal: 'minimize' },
      { name: 'ms', goal: 'maximize' },
    ],
  });
  const later = { ...defineSpace({ y: { int: [0, 9] } }), version: 2 };
  const asking = define({ space: undefined, defineByRun: true, sampler: 'tpe' });
  const models = define({ space: undefined, models: classes, stop: undefined, sampler: 'tpe' });
  return [
    {
      title: 'parameters of every kind, notes, two blocks',
      definition: one,
      epochs: [epoch(one)],
      rows: [
        [
          row(one.space, 0, everything, {
            origin: 'enqueued',
            values: [0.5],
            constraints: [4],
            cost: 12.5,
            closed: 1,
            startedAt: 1_700_000_000_123,
            finishedAt: 1_700_000_001_007,
            reports: [
              [1, 0.75],
              [2.5, 0.5],
            ],
            memo: Uint8Array.of(1, 2, 3),
            notes: {
              baseline: true,
              fixed: { lr: 0.001 },
              asked: true,
              attributes: { note: 'ü\u{1F600}' },
              checkpoint: '/c',
              folds: [0.25, 0.75],
            },
          }),
          row(
            one.space,
            1,
            { ...without, optimizer: 'ü\u{1F600}', units: [9] },
            {
              state: 'infeasible',
              values: [0.25],
              constraints: [6],
            },
          ),
        ],
        [
          row(
            one.space,
            2,
            { ...without, optimizer: true, size: 7 },
            {
              state: 'failed',
              attempts: 3,
              notes: { reason: 'it broke' },
            },
          ),
          row(one.space, 3, { ...everything, layers: 9 }, { state: 'running', startedAt: 1_700_000_002_000 }),
        ],
      ],
    },
    {
      title: 'several objectives, a space that was changed, segments',
      definition: two,
      epochs: [epoch(two), epoch(two, { seq: 1, space: later, was: { y: 3 } })],
      rows: [
        [
          row(
            two.space,
            0,
            { x: 0.25 },
            {
              values: [1, -2],
              rung: { to: 1, bracket: 0, rung: 0 },
              target: { to: 3, bracket: 0, rung: 1, final: false },
              lineage: { parent: 5, keeps: true, checkpoint: '/p' },
              segments: [{ to: 1, bracket: 0, rung: 0, values: [3, 4], seq: 2 }],
            },
          ),
          row(later, 1, { y: 7 }, { state: 'pruned', origin: 'told' }),
        ],
      ],
    },
    {
      title: 'parameters that trials ask for',
      definition: asking,
      epochs: [epoch(asking)],
      rows: [
        [
          row(
            asking.space,
            0,
            {},
            {
              values: [1],
              suggested: [
                { name: 'lr', value: 0.5, domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } },
                { name: 'net.depth', value: null, segment: 1, step: 2.5 },
              ],
            },
          ),
        ],
      ],
    },
    {
      title: 'several model classes',
      definition: models,
      epochs: [epoch(models)],
      rows: [
        [
          row(models.space, 0, { model: 'svm', 'svm.c': 1 }, { values: [1] }),
          row(models.space, 1, { model: 'forest', 'forest.trees': 4, 'forest.split': 'entropy' }, { values: [2] }),
        ],
      ],
    },
  ];
}

it('is read as it was written, in every language', async () => {
  const pinned = cases().map(({ title, definition, epochs, rows }) => ({
    title,
    definition,
    epochs,
    blocks: rows.map((block) => toBase64(encodeRows(block, shapeOf(definition)))),
    records: rows.flat().map((each) => recordOf(definition, epochs, each)),
  }));
  const lines = pinned.map((each) => JSON.stringify(each));
  await expect(`[\n${lines.join(',\n')}\n]\n`).toMatchFileSnapshot('../fixtures/wire/ledger.json');
});
