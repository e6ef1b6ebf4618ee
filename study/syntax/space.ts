/** How a search space is written: parameters by name, their conditions, and the regions that are forbidden. */
import { checkNesting, readWhen, type Domains } from './condition.ts';
import { compileSpace } from '../space/dimensions.ts';
import { isPlain, readEntries, wrong, type Field } from './field.ts';
import { coversEverything } from './forbidden-cover.ts';
import { readForbid } from './forbid.ts';
import { show } from '../wording/json.ts';
import { readParameter, type ParameterSyntax } from './parameter.ts';
import { checkLimits, expandSchedules, type ScheduleSyntax } from './schedule.ts';
import type { Condition, Domain, Forbidden, Parameter, Space } from '../space/space.ts';

/** Parameters by name; a dot in a name is a branch: 'model.depth'. */
export type SpaceSyntax = { readonly [name: string]: ParameterSyntax | ScheduleSyntax };

const MAX_NAME = 200;
const MAX_DIMENSIONS = 5000;

/** The space that the fields `space` and `forbid` describe, or undefined when faults were noted. */
export function readSpace(field: Field, forbidField: Field | undefined): Space | undefined {
  const before = field.faults.length;
  const entries = readEntries(field, 'parameters by name', 'write space: { lr: { float: [0, 1] } }');
  if (!entries) return undefined;
  if (entries.size === 0) return wrong(field, 'at least one parameter', 'write space: { lr: { float: [0, 1] } }');
  const written = expandSchedules(entries);
  // a schedule with faults leaves out parameters that are not fixed
  const isFaulty = field.faults.length > before;
  const read = written.map((parameter) => {
    const { domain, when } = readParameter(parameter.field);
    return { ...parameter, domain, when: parameter.when ?? when };
  });
  const domains: Domains = new Map(read.map(({ name, domain }) => [name, domain]));
  for (const { name, field: parameter } of written) checkName(name, parameter, domains);
  for (const parameter of read) checkLimits(parameter, parameter.domain);
  if (!isFaulty && read.every(({ domain }) => domain?.kind === 'fixed'))
    wrong(field, 'at least one parameter that is not fixed', 'give one a range or choices');
  const dimensions = read.reduce((sum, { domain }) => sum + (domain ? dimensionsOf(domain) : 1), 0);
  if (dimensions > MAX_DIMENSIONS)
    return wrong(
      field,
      `at most ${MAX_DIMENSIONS} numbers to tune, not ${dimensions}`,
      'tune fewer parameters or shorter lists',
    );
  const conditions = read.map(({ name, when }) => when && readWhen(name, when, domains));
  const forbid = forbidField ? readForbid(forbidField, domains) : [];
  if (field.faults.length > before) return undefined;
  const parameters = read.map(({ name, domain }, i) => parameterOf(name, domain!, conditions[i]));
  return checkWhole(field, forbidField, { version: 1, parameters, forbid: forbid as readonly Forbidden[] });
}

function dimensionsOf(domain: Domain): number {
  if (domain.kind === 'array') return 1 + domain.length[1];
  if (domain.kind === 'permutation') return domain.items.length - 1;
  return domain.kind === 'fixed' ? 0 : 1;
}

function parameterOf(name: string, domain: Domain, when: readonly Condition[] | undefined): Parameter {
  return { name, domain, ...(when && when.length > 0 && { when }) };
}

function checkName(name: string, field: Field, domains: Domains): void {
  const fault = nameFault(name) ?? branchFault(name, (branch) => domains.has(branch));
  if (fault !== undefined) field.faults.push(`${field.path}: the name ${show(name)} ${fault}`);
}

/** Why no parameter can have this name, in words that go on from it; undefined if one can. */
export function nameFault(name: string): string | undefined {
  const parts = name.split('.');
  if (name.length > MAX_NAME || !parts.every(isPlain))
    return `cannot be used, expected 1 to ${MAX_NAME} characters, without space at the ends, dots only between parts; rename it`;
  if (name === 'baseline') return 'is taken: an enqueued trial marks the baseline with it; rename the parameter';
  if (parts.includes('__proto__')) return "is taken: '__proto__' means something to JavaScript; rename the parameter";
  return undefined;
}

/** Why a name cannot stand beside others, in the same words. */
export function branchFault(name: string, isParameter: (name: string) => boolean): string | undefined {
  const parts = name.split('.');
  const parents = parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
  const parent = parents.find(isParameter);
  if (parent === undefined) return undefined;
  return `cannot be used beside ${show(parent)}, which would be both a value and a branch; rename one of the two`;
}

/** The faults that only the whole space shows. */
function checkWhole(field: Field, forbidField: Field | undefined, space: Space): Space | undefined {
  const { faults } = field;
  const before = faults.length;
  checkNesting(field.path, space.parameters, faults);
  if (faults.length > before) return undefined;
  const compiled = compileSpace(space);
  for (const { parameter, when } of compiled.slots) {
    const never = when.find(({ in: values }) => values.length === 0);
    if (never)
      faults.push(
        `${field.path}.${parameter.name}.when never holds: its conditions, and those of the parameters it depends on, ` +
          `leave no value for ${compiled.dimensions[never.dim]!.name}; drop one of them`,
      );
  }
  if (faults.length === before && coversEverything(compiled))
    faults.push(
      `${forbidField!.path} covers the whole space, expected some of it to stay; make a region smaller or remove one`,
    );
  return faults.length > before ? undefined : space;
}
