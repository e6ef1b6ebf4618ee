/** How a condition is written: when: { optimizer: sgd }, when: { optimizer: [sgd, rmsprop], nesterov: true }. */
import { indexOf } from '../space/dimensions.ts';
import { listed, meant, readEntries, wrong, type Field } from './field.ts';
import { sameJson, show } from '../wording/json.ts';
import { readScalars } from './parameter.ts';
import { describeDomain } from '../space/point.ts';
import type { Condition, Domain, Parameter, Scalar } from '../space/space.ts';

/** Domains by parameter name; undefined where one has faults. */
export type Domains = ReadonlyMap<string, Domain | undefined>;

/** How long a chain of conditions on conditions may be. */
const MAX_CHAIN = 100;

/** The conditions of parameter `name`, without those that have faults. */
export function readWhen(name: string, field: Field, domains: Domains): Condition[] | undefined {
  const entries = readEntries(field, 'values by parameter', 'write when: { optimizer: sgd }');
  if (entries?.size === 0)
    return wrong(field, 'at least one parameter', 'leave it out for a parameter that always exists');
  const conditions = [...(entries ?? [])].map(([parent, values]) => readCondition(name, parent, values, domains));
  return conditions.filter((condition) => condition !== undefined);
}

function readCondition(name: string, parent: string, field: Field, domains: Domains): Condition | undefined {
  const others = [...domains.keys()].filter((other) => other !== name);
  const refuse = (fault: string): undefined =>
    void field.faults.push(`${field.path} (value ${show(field.value)}) ${fault}`);
  if (!domains.has(parent))
    return refuse(
      `is no parameter, expected ${others.length === 0 ? 'another parameter of the space' : listed(others)}; ` +
        meant(parent, others, 'name one that exists'),
    );
  if (parent === name) return refuse('is the parameter itself, expected another one; name the one it depends on');
  const domain = domains.get(parent);
  const values = Array.isArray(field.value)
    ? readScalars(field, 1, Infinity)
    : readScalars({ ...field, value: [field.value] }, 1, Infinity);
  if (!domain || !values) return undefined;
  if (domain.kind === 'array' || domain.kind === 'permutation' || domain.kind === 'float')
    return refuse(
      `is ${describeKind(domain.kind)}, expected a choice, ordinal, bool, int or fixed parameter; name such a one`,
    );
  const strange = values.find((value) => !canBe(domain, value));
  if (strange !== undefined)
    return wrong(
      { ...field, value: strange },
      describeDomain(domain),
      adviceOn(domain, strange, 'name a value that it can have'),
    );
  return { parameter: parent, in: values };
}

function describeKind(kind: string): string {
  return kind === 'array' ? 'an array' : `a ${kind}`;
}

/** Whether a parameter of this domain can have this one value. */
export function canBe(domain: Domain, value: Scalar): boolean {
  if (domain.kind === 'fixed') return sameJson(domain.value, value);
  return domain.kind !== 'array' && domain.kind !== 'permutation' && indexOf(domain, value) !== undefined;
}

/** What to do about a value that a domain does not have: the choice it resembles, else the advice. */
export function adviceOn(domain: Domain, value: unknown, advice: string): string {
  if (typeof value !== 'string' || (domain.kind !== 'choice' && domain.kind !== 'ordinal')) return advice;
  return meant(value, domain.choices.map(String), advice);
}

/** Notes conditions that go round in a circle, or that stand on each other too high. */
export function checkNesting(path: string, parameters: readonly Parameter[], faults: string[]): void {
  const placed = new Set<string>();
  let left = parameters;
  for (let level = 0; level <= MAX_CHAIN; level++) {
    const next = left.filter(({ when = [] }) => when.every(({ parameter }) => placed.has(parameter)));
    if (next.length === 0) break;
    for (const { name } of next) placed.add(name);
    left = left.filter(({ name }) => !placed.has(name));
  }
  if (left.length === 0) return;
  const [start, chain] = chainOf(left, placed);
  if (start < 0) {
    const advice = `expected at most ${MAX_CHAIN} in a chain; drop some of them`;
    faults.push(`${path}.${chain[0]}.when: conditions stand on each other, ${advice}`);
    return;
  }
  const circle = chain.slice(start, -1);
  const words = [...circle.slice(0, 10), ...(circle.length > 10 ? ['…'] : []), circle[0]].join(' -> ');
  faults.push(
    `${path}.${circle[0]}.when: conditions go round in a circle (${words}); let one of them be unconditional`,
  );
}

/** From the first parameter that was not placed along others like it, up to one met before, whose position comes first; or -1. */
function chainOf(left: readonly Parameter[], placed: ReadonlySet<string>): readonly [number, readonly string[]] {
  const byName = new Map(left.map((parameter) => [parameter.name, parameter]));
  const chain: string[] = [];
  let at: Parameter | undefined = left[0];
  while (at) {
    const met = chain.indexOf(at.name);
    chain.push(at.name);
    if (met >= 0) return [met, chain];
    const open: string | undefined = at.when?.find(({ parameter }) => !placed.has(parameter))?.parameter;
    at = open === undefined ? undefined : byName.get(open);
  }
  return [-1, chain];
}
