/** The helpers of the Python package write spaces as study files have them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { defineSpace } from '../../study/definition.ts';
import { packageVenv } from './venv.ts';

const programs = await packageVenv();

const SPACE = `
import json, durable_tune as dt
print(json.dumps({
  "lr": dt.Float(1e-5, 1e-1, log=True),
  "share": dt.Float(0, 1, step=0.25, when={"optimizer": "sgd"}),
  "belief": dt.Float(0, 1, prior={"normal": {"mean": 0.5, "sd": 0.1}}),
  "layers": dt.Int(1, 9, step=2),
  "width": dt.Int(1, 512, log=True),
  "optimizer": dt.Choice("adam", "sgd", weights=[1, 2]),
  "kernel": dt.Choice("a", "b", distances={"a": {"b": 0.5}}),
  "size": dt.Ordinal("small", 7, None),
  "bias": dt.Bool(),
  "units": dt.Array(dt.Int(8, 64), (1, 3), when={"bias": True}),
  "order": dt.Permutation("a", "b", "c"),
  "net.kind": dt.Fixed({"deep": [1, None]}),
}))`;

it('are taken as the study file would be', async () => {
  const { stdout } = await promisify(execFile)(join(programs, 'python'), ['-c', SPACE]);
  const { parameters } = defineSpace(JSON.parse(stdout));
  const domains = Object.fromEntries(parameters.map(({ name, domain }) => [name, domain]));
  expect(domains).toEqual({
    lr: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' },
    share: { kind: 'float', low: 0, high: 1, scale: 'linear', step: 0.25 },
    belief: expect.objectContaining({ kind: 'float', prior: { normal: { mean: 0.5, sd: 0.1 } } }),
    layers: { kind: 'int', low: 1, high: 9, scale: 'linear', step: 2 },
    width: { kind: 'int', low: 1, high: 512, scale: 'log' },
    optimizer: { kind: 'choice', choices: ['adam', 'sgd'], weights: [1, 2] },
    kernel: { kind: 'choice', choices: ['a', 'b'], distances: [[0, 1, 0.5]] },
    size: { kind: 'ordinal', choices: ['small', 7, null] },
    bias: { kind: 'bool' },
    units: { kind: 'array', element: { kind: 'int', low: 8, high: 64, scale: 'linear' }, length: [1, 3] },
    order: { kind: 'permutation', items: ['a', 'b', 'c'] },
    'net.kind': { kind: 'fixed', value: { deep: [1, null] } },
  });
  expect(parameters.filter(({ when }) => when).map(({ name }) => name)).toEqual(['share', 'units']);
});
