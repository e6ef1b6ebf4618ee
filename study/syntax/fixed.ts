/** How values are written that every suggestion keeps: { optimizer: sgd, momentum: 0.9 }; the rest is tuned. */
import { compileSpace } from '../space/dimensions.ts';
import { fixedFault } from '../space/fixed.ts';
import type { Params, ParameterValue, Space } from '../space/space.ts';
import { readEntries, wrong, type Field } from './field.ts';
import { readParams } from './params.ts';

/** Parameter values by dotted name. */
export type FixedSyntax = { readonly [parameter: string]: ParameterValue | undefined };

/** @param space undefined where it has faults, and then nothing is checked against it */
export function readFixed(field: Field, space: Space | undefined): Params | undefined {
  const entries = readEntries(field, 'parameter values by name', 'write fixed: { lr: 0.01 }, say');
  if (entries?.size === 0) return wrong(field, 'at least one parameter', 'name a value, or remove it');
  if (!entries || !space) return undefined;
  const params = readParams(field, entries, compileSpace(space), 'change it, or leave it out and it is tuned');
  const fault = params && fixedFault(space, params);
  if (fault === undefined) return params;
  field.faults.push(`${field.path}${fault}`);
  return undefined;
}
