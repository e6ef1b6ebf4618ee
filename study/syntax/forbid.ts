/** How forbidden regions are written: [{ optimizer: sgd, lr: { above: 0.05 } }], a value, or above, below and in. */
import { adviceOn, canBe, type Domains } from './condition.ts';
import { isScalar, listed, meant, readEntries, readKeys, readList, readNumber, wrong, type Field } from './field.ts';
import { isRecord, show } from '../wording/json.ts';
import { readScalars } from './parameter.ts';
import { describeDomain } from '../space/point.ts';
import type { Domain, Forbidden, Region, Scalar } from '../space/space.ts';

/** All of them together are forbidden: a value, or what is above, below or in. */
export type ForbidSyntax = { readonly [parameter: string]: Scalar | Region };

const EXAMPLE = 'write forbid: [{ optimizer: sgd, lr: { above: 0.05 } }]';

/** The regions; undefined in place of those with faults. */
export function readForbid(field: Field, domains: Domains): readonly (Forbidden | undefined)[] {
  return (readList(field, 'a list of regions', EXAMPLE) ?? []).map((region) => {
    const entries = readEntries(region, 'what is forbidden by parameter', EXAMPLE);
    if (entries?.size === 0)
      return wrong(region, 'at least one parameter', 'an empty region would forbid everything: remove it');
    if (!entries) return undefined;
    const clauses = [...entries].map(([name, clause]) => [name, readClause(name, clause, domains)] as const);
    return Object.fromEntries(clauses.filter(([, clause]) => clause !== undefined)) as Forbidden;
  });
}

function readClause(name: string, field: Field, domains: Domains): Region | undefined {
  const domain = domains.get(name);
  if (!domains.has(name))
    field.faults.push(
      `${field.path} (value ${show(field.value)}) is no parameter, expected ${listed([...domains.keys()])}; ` +
        meant(name, domains.keys(), 'name one that exists'),
    );
  if (domain?.kind === 'array' || domain?.kind === 'permutation') {
    field.faults.push(
      `${field.path} names a parameter with many values (${domain.kind}), expected one with a single value; remove it`,
    );
    return undefined;
  }
  return isRecord(field.value) ? readRegion(field, domain) : readValue(field, domain);
}

function readValue(field: Field, domain: Domain | undefined): Region | undefined {
  const { value } = field;
  if (!isScalar(value))
    return wrong(
      field,
      'a value, or above, below or in',
      Array.isArray(value) ? `write { in: ${show(value)} }` : 'write a value',
    );
  return checkValues(field, [value], domain) ? { in: [value] } : undefined;
}

function readRegion(field: Field, domain: Domain | undefined): Region | undefined {
  const expected = 'a value, or above, below or in';
  const fields = readKeys(field, { known: ['above', 'below', 'in'] }, expected, EXAMPLE);
  if (!fields || fields.size === 0) return wrong(field, expected, 'write { above: 0.05 }, say');
  const [above, below] = ['above', 'below'].map((key) => {
    const bound = fields.get(key);
    if (bound && domain && !isNumber(domain))
      return wrong(bound, `no bound, as the parameter is ${describeDomain(domain)}`, 'write { in: [ … ] }');
    return bound && readNumber(bound, 'a number', () => true, 'write a number');
  });
  const list = fields.get('in');
  const values = list && readScalars(list, 1, Infinity);
  if (values) checkValues(list!, values, domain);
  if (above !== undefined && below !== undefined && above >= below)
    return wrong(field, 'above < below: both hold together', 'write two regions for the values outside');
  return {
    ...(above !== undefined && { above }),
    ...(below !== undefined && { below }),
    ...(values && { in: values }),
  };
}

function isNumber(domain: Domain): boolean {
  return (
    domain.kind === 'float' || domain.kind === 'int' || (domain.kind === 'fixed' && typeof domain.value === 'number')
  );
}

function checkValues(field: Field, values: readonly Scalar[], domain: Domain | undefined): boolean {
  const strange = domain && values.find((value) => !canBe(domain, value));
  if (strange !== undefined)
    wrong({ ...field, value: strange }, describeDomain(domain!), adviceOn(domain!, strange, 'remove it'));
  return strange === undefined;
}
