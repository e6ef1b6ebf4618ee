import { describe, expect, it } from 'vitest';
import { ACQUISITION_OPTIONS, type Standing } from '../../../samplers/acquisition/choice.ts';
import { Ground } from '../../../samplers/acquisition/ground.ts';
import { decodeHedge, encodeHedge, type Hedge } from '../../../samplers/acquisition/hedge.ts';
import { effortFor, purposesOf } from '../../../samplers/acquisition/maximise.ts';
import { propose, type Beliefs, type Proposal } from '../../../samplers/acquisition/propose.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import type { Options, OptionSpec } from '../../../samplers/sampler.ts';
import { float, free, spaceOf } from '../spaces.ts';
import { referenceModel } from './reference-model.ts';

const DEFAULTS: Options = Object.fromEntries(
  Object.entries(ACQUISITION_OPTIONS).map(([name, spec]) => [name, spec.default]),
);
const NAMES = (ACQUISITION_OPTIONS['acquisition'] as Extract<OptionSpec, { type: 'enum' }>).values;
/** Without a margin the probability of improvement stays in the first valley it meets. */
const CHANGES = { draws: 32, xi: 0.3 };
const EFFORT = { spread: 128, near: 16, starts: 2 };
const space = spaceOf({ a: float(0, 1), b: float(0, 1) });

/** Two valleys; the deeper one at (0.7, 0.3). */
function valleys([a, b]: Float64Array): number {
  const hole = (x: number, y: number): number => Math.exp(-20 * ((a! - x) ** 2 + (b! - y) ** 2));
  return 0.7 - 2 * hole(0.7, 0.3) - 1.4 * hole(0.2, 0.8);
}

interface Study {
  readonly units: Float64Array[];
  readonly values: number[];
  readonly memos: (Uint8Array | undefined)[];
}

function beliefsOf({ units, values }: Study, noise: number): Beliefs {
  const order = [...units.keys()].sort((i, j) => values[i]! - values[j]!);
  return {
    objective: referenceModel({ units, values }, 0.2, noise),
    limits: [],
    feasible: true,
    tried: { units: Float64Array.from(order.flatMap((i) => Array.from(units[i]!))), count: units.length },
    incumbents: order.slice(0, 3).map((i) => units[i]!),
  };
}

function next(study: Study, options: Options, beliefs: Beliefs, trial: number): Proposal {
  const standing: Standing = { best: Math.min(...study.values), step: trial, dimensions: 2, size: Infinity };
  const memo = study.memos.at(-1);
  const hedge = memo && decodeHedge(memo, 2);
  const last = hedge && { hedge, tried: study.units.at(-1)! };
  return propose(new Ground(space, free(space)), beliefs, options, standing, createRng(3, trial), 0, EFFORT, last)!;
}

function play(acquisition: string, trials: number, noise: number): Study {
  const study: Study = { units: [], values: [], memos: [] };
  const rng = createRng(7, 1);
  const measure = (unit: Float64Array): void => {
    study.units.push(unit);
    study.values.push(valleys(unit) + Math.sqrt(noise) * rng.normal(9, study.units.length));
  };
  for (let i = 0; i < 6; i++) {
    measure(Float64Array.of(rng.uniform(1, i), rng.uniform(2, i)));
    study.memos.push(undefined);
  }
  for (let trial = 6; trial < trials; trial++) {
    const options = { ...DEFAULTS, acquisition, ...CHANGES };
    const { maximum, hedge } = next(study, options, beliefsOf(study, Math.max(noise, 1e-6)), trial);
    measure(maximum.unit);
    study.memos.push(hedge && encodeHedge(hedge, 512));
  }
  return study;
}

describe.each(NAMES)('acquisition %s', (acquisition) => {
  it('finds the deeper of two valleys in forty trials', () => {
    const { units, values } = play(acquisition, 40, 0);
    const best = units[values.indexOf(Math.min(...values))]!;
    expect(Math.min(...values)).toBeLessThan(-1.2);
    expect(Math.abs(best[0]! - 0.7)).toBeLessThan(0.06);
  });

  it('goes where all limits hold, and looks for such a place while it knows none', () => {
    const study = play('logEI', 14, 0);
    // feasible where a <= 0.4
    const limit = referenceModel({ units: study.units, values: study.units.map(([a]) => 4 * (a! - 0.4)) }, 0.3, 1e-6);
    const limits = [{ model: limit, most: 0 }];
    const options = { ...DEFAULTS, acquisition };
    for (const feasible of [true, false]) {
      const { maximum } = next(study, options, { ...beliefsOf(study, 1e-6), limits, feasible }, 40);
      expect(maximum.x[0]).toBeLessThan(0.45);
    }
  });

  it('needs neither slopes nor covariances of a model', () => {
    const study = play('logEI', 12, 0);
    const whole = beliefsOf(study, 1e-6).objective;
    const objective = { predict: (units: Float64Array, count: number) => whole.predict(units, count) };
    const { maximum } = next(study, { ...DEFAULTS, acquisition }, { ...beliefsOf(study, 1e-6), objective }, 12);
    expect(maximum.x.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe('improvement under noise', () => {
  it('finds the valley although every result is off by a third', () => {
    const { units } = play('nei', 40, 0.1);
    const late = units.slice(-10).map(valleys);
    expect(Math.min(...late)).toBeLessThan(-1.2);
  });
});

describe('improvement per cost', () => {
  it('prefers what is cheap, and less so the smaller the power', () => {
    const study = play('logEI', 10, 0);
    // e^8 times as expensive at a = 1 as at a = 0
    const model = referenceModel({ units: study.units, values: study.units.map(([a]) => 8 * a!) }, 0.5, 1e-6);
    const options = { ...DEFAULTS, acquisition: 'eipc' };
    const [dear, half, cheap] = [0, 0.5, 1].map((exponent) => {
      const cost = { model, scale: 1, exponent };
      return next(study, options, { ...beliefsOf(study, 1e-6), cost }, 10).maximum.x[0]!;
    });
    expect(cheap!).toBeLessThan(dear!);
    expect(half!).toBeLessThanOrEqual(dear!);
    const plain = next(study, DEFAULTS, beliefsOf(study, 1e-6), 10);
    expect(plain.maximum.x[0]).toBe(dear!);
  });
});

describe('a hedged study', () => {
  it('is the same whether its gains were at hand or read from the last memo', () => {
    const study = play('hedge', 16, 0);
    let at: Hedge | undefined;
    const chosen = new Set<number>();
    for (let trial = 6; trial < 16; trial++) {
      const until: Study = {
        units: study.units.slice(0, trial),
        values: study.values.slice(0, trial),
        memos: study.memos.slice(0, trial),
      };
      const options = { ...DEFAULTS, acquisition: 'hedge', ...CHANGES };
      const { hedge } = next(until, options, beliefsOf(until, 1e-6), trial);
      expect(encodeHedge(hedge!, 512)).toEqual(study.memos[trial]);
      at = hedge;
      chosen.add(hedge!.chosen);
    }
    expect(at!.gains.some((gain) => gain !== 0)).toBe(true);
    expect(chosen.size).toBeGreaterThan(1);
  });
});

describe('a proposal', () => {
  it('uses a few random purposes from its stream on, and three searches', () => {
    const study = play('logEI', 10, 0);
    const purposes = new Set<number>();
    const rng = createRng(3, 10);
    const spying = {
      uniform: (purpose: number, i: number) => (purposes.add(purpose), rng.uniform(purpose, i)),
      normal: (purpose: number, i: number) => (purposes.add(purpose), rng.normal(purpose, i)),
      shared: (purpose: number, i: number) => rng.shared(purpose, i),
    };
    const standing: Standing = { best: Math.min(...study.values), step: 10, dimensions: 2, size: Infinity };
    for (const acquisition of NAMES)
      propose(
        new Ground(space, free(space)),
        beliefsOf(study, 1e-6),
        { ...DEFAULTS, acquisition },
        standing,
        spying,
        7000,
      );
    const end = 7000 + 20 + 3 * purposesOf(effortFor(2));
    for (const purpose of purposes) expect(purpose >= 7000 && purpose < end).toBe(true);
  });
});
