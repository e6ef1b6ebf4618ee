/**
 * Every combination of the values that trials ask for: trials are ways through a tree, whose nodes are the parameters in the order they
 * are asked for, and whose branches are their values. As Optuna's BruteForceSampler, but a function of the log.
 *
 * A trial takes the first way that nobody has taken or is on, so each is taken once, by any trial that went it, whatever became of it. A
 * trial in flight is on one of the ways that are left where it has got to: as many trials are in flight as there are ways known to be left.
 * Once none is left, the sampler is exhausted.
 *
 * Where trials in flight are not seen (order `trial`, segments) each takes one of those that are left at random, some twice.
 */
import type { Suggested } from '../../study/trial/by-run.ts';
import { compileSpace, onStep } from '../../study/space/dimensions.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { scalarAt } from '../../study/space/point.ts';
import type { Scalar, ScalarDomain } from '../../study/space/space.ts';
import type { ParameterAsk, Rng, Row, Sampler } from '../sampler.ts';

/** What is known of trials that went the same way so far: they ended here, or asked for a parameter. */
interface Node {
  ended: boolean;
  /** Trials in flight that have got here. */
  here: number;
  asks?: { readonly name: string; readonly values: readonly Scalar[]; readonly branches: Map<Scalar, Node> };
}

/** Values of one parameter at most. */
const MAX_VALUES = 10_000;

export const bruteForce: Sampler<null> = {
  name: 'brute-force',
  version: 1,
  options: {},

  supports({ space }) {
    if (space.dimensions.length === 0) return true;
    return (
      `the space has parameters of its own (${space.dimensions[0].name}), which it does not walk through; ` +
      'have trials ask for all of them (defineByRun: true), or use the sampler grid'
    );
  },

  advance: () => null,

  suggest(_cache, view) {
    const root = treeOf(view.closed.map((number) => view.rows[number]));
    return left(root) === 0 ? 'exhausted' : { x: new Float64Array(0) };
  },

  room: (closed, others) => left(treeOf(closed, others)),

  parameter({ name, domain, past, pending, path, others }: ParameterAsk, rng: Rng): Scalar {
    const values = valuesOf(domain);
    if (!values)
      throw new StudyDefinitionError(
        `${name} has more than ${MAX_VALUES} values, and the sampler brute-force tries all of them; give it a step or a smaller range, ` +
          'or use the sampler tpe or random',
      );
    let node: Node | undefined = treeOf(past, others);
    for (const step of path) node = node && branchOf(node, step.name, step.value);
    const ways = waysOf(node, name, values);
    const all = sum(ways);
    // others have gone them all since this trial was opened
    if (all === 0) return values[Math.floor(rng.uniform(0, 0) * values.length)];
    let turn = others || pending === 0 ? 0 : Math.floor(rng.uniform(0, 0) * all);
    return values[ways.findIndex((here) => (turn -= here) < 0)];
  },
};

/** The tree of these trials, and of others in flight. */
function treeOf(rows: readonly Row[], others: readonly Row[] = []): Node {
  const root: Node = { ended: false, here: 0 };
  for (const { suggested = [] } of others) {
    let node: Node | undefined = root;
    for (const step of suggested) node = node && enter(node, step);
    if (node) node.here++;
  }
  for (const { suggested = [], state } of rows) {
    let node: Node | undefined = root;
    for (const step of suggested) node = node && enter(node, step);
    // one that failed before it asked for anything is tried again
    if (node && (suggested.length > 0 || state !== 'failed')) node.ended = true;
  }
  return root;
}

/** Where a trial got to from here; undefined where it went on unlike those before, or it is not known what else there would have been. */
function enter(node: Node, { name, domain, value }: Suggested): Node | undefined {
  const values = domain && valuesOf(domain);
  if (!values) return undefined;
  node.asks ??= { name, values, branches: new Map() };
  const { branches } = node.asks;
  if (node.asks.name !== name || !node.asks.values.includes(value)) return undefined;
  const next = branches.get(value) ?? { ended: false, here: 0 };
  branches.set(value, next);
  return next;
}

function branchOf({ asks }: Node, name: string, value: Scalar): Node | undefined {
  return asks?.name === name ? asks.branches.get(value) : undefined;
}

/** How many ways from here on nobody has taken or is on; one where nothing is known. */
function left(node: Node | undefined): number {
  if (node?.asks) return Math.max(0, sum(waysOf(node, node.asks.name, node.asks.values)) - node.here);
  return node && (node.ended || node.here > 0) ? 0 : 1;
}

/** The same by value of the parameter that is asked for here. */
function waysOf(node: Node | undefined, name: string, values: readonly Scalar[]): number[] {
  return values.map((value) => left(node && branchOf(node, name, value)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

/** All values of a domain in order; undefined where there are too many. */
function valuesOf(domain: ScalarDomain): Scalar[] | undefined {
  const [{ low, step, size }] = compileSpace({
    version: 1,
    parameters: [{ name: 'x', domain }],
    forbid: [],
  }).dimensions;
  if (size > MAX_VALUES) return undefined;
  return Array.from({ length: size }, (_, i) => scalarAt(domain, onStep(low, step, i)));
}
