/** How a condition is written: when: { optimizer: sgd }, when: { optimizer: [sgd, rmsprop], nesterov: true }. */
import { indexOf } from './dimensions.ts';
import { listed, meant, readEntries, wrong, type Field } from './field.ts';
import { sameJson, show } from './json.ts';
import { readScalars } from './parameter-syntax.ts';
import { describeDomain } from './point.ts';
import type { Condition, Domain, Scalar } from './space.ts';

/** Domains by parameter name; undefined where one has faults. */
export type Domains = ReadonlyMap<string, Domain | undefined>;

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
