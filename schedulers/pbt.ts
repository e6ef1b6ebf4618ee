/**
 * Population based training [Jaderberg 2017]: population.ts has the algorithm and the paper. Defaults: a quarter of the members begins
 * anew from the best quarter, as in the paper's section 4 (truncation selection).
 *
 * Trials have to leave a checkpoint where they have got to their budget. The sampler is to be one that explores: pbt or pb2.
 */
import type { Options, OptionSpecs } from '../study/options.ts';
import { endOf, LEAST, nextOf, openPopulation, parentsIn, type Population } from './population.ts';
import type { HalvingScheduler } from './scheduler.ts';

const OPTIONS: OptionSpecs = {
  population: { type: 'int', default: 16, low: LEAST, high: 1000, doc: 'members that are trained side by side' },
  generations: { type: 'int', default: 10, low: 1, high: 100_000, doc: 'how many intervals each member is trained' },
  interval: {
    type: 'float',
    default: 1,
    low: 1e-6,
    high: 1e9,
    doc: 'how long a member is trained until it is compared, in the budget’s unit (steps, epochs)',
  },
  quantile: {
    type: 'float',
    default: 0.25,
    low: 0,
    high: 0.5,
    doc: 'share of the worst members that begin anew from as many of the best',
  },
  selection: {
    type: 'enum',
    default: 'truncation',
    values: ['truncation', 'tournament'],
    doc: 'truncation: the worst quantile begins anew; tournament: each member that loses against a random other',
  },
  synchronous: {
    type: 'bool',
    default: true,
    doc: 'whether a generation is decided when all of it has ended: then timing decides nothing',
  },
  warmup: {
    type: 'int',
    default: 0,
    low: 0,
    high: 100_000,
    doc: 'first generations after which only failed members begin anew',
  },
  halve: {
    type: 'int',
    default: 0,
    low: 0,
    high: 100_000,
    doc: 'generations after which the worse half of the members leaves, each time; 0: never; synchronous populations alone',
  },
  keep: {
    type: 'bool',
    default: false,
    doc: 'whether checkpoints that nobody can go on from stay as well: the study can be forked at any generation',
  },
};

export const pbt: HalvingScheduler<Population> = {
  form: 'halving',
  name: 'pbt',
  version: 1,
  options: OPTIONS,
  supports(_problem, { halve, synchronous }) {
    if (halve === 0 || synchronous === true) return true;
    return `halve is ${halve}, but members that are decided one by one have no generation to halve; leave it out, or set synchronous: true`;
  },
  endsByItself: () => true,
  begin: ({ seed }, options) =>
    openPopulation({
      seed,
      size: options['population'] as number,
      interval: options['interval'] as number,
      generations: options['generations'] as number,
      quantile: options['quantile'] as number,
      tournament: options['selection'] === 'tournament',
      synchronous: options['synchronous'] as boolean,
      warmup: options['warmup'] as number,
      halve: options['halve'] as number,
    }),
  next: nextOf,
  ended(state, number, end) {
    endOf(state, number, end);
    return [];
  },
  parents: parentsIn,
  plan: (options) => [{ bracket: 0, rungs: generationsOf(options) }],
};

function generationsOf(options: Options): { to: number; trials: number }[] {
  const [halve, generations] = [options['halve'] as number, options['generations'] as number];
  let trials = options['population'] as number;
  return Array.from({ length: generations }, (_, generation) => {
    if (halve > 0 && generation > 0 && generation % halve === 0) trials = Math.max(LEAST, Math.ceil(trials / 2));
    return { to: (options['interval'] as number) * (generation + 1), trials };
  });
}
