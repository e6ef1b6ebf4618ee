/** How trials to be tried first are written: [{ lr: 0.001, optimizer: adam, baseline: true }]; what is missing is sampled. */
import { compileSpace, type CompiledSpace } from '../space/dimensions.ts';
import { readDivided, suggestedParams } from '../trial/by-run.ts';
import { contradiction, fixedIn } from '../space/fixed.ts';
import { fullName, MODEL } from '../models.ts';
import { describeDomain, encode, forbiddenAt, holds } from '../space/point.ts';
import type { Params, ParameterValue, Space } from '../space/space.ts';
import type { EnqueuedTrial } from '../study.ts';
import { show } from '../wording/json.ts';
import { missing, readEntries, readFlag, readList, wrong, type Field, type Fields } from './field.ts';
import { readParams } from './params.ts';

/** Parameter values by dotted name, and whether they are the baseline that tuning is compared with. */
export type EnqueueSyntax = { readonly baseline?: boolean; readonly [parameter: string]: ParameterValue | undefined };

const EXAMPLE = 'write enqueue: [{ lr: 0.001, baseline: true }], say';

/**
 * The trials; `space` is undefined where it has faults, and then nothing is checked against it.
 * @param fixed what every suggestion keeps: only the baseline may differ from it
 * @param defineByRun trials may ask for parameters that the space does not have
 */
export function readEnqueue(
  field: Field,
  space: Space | undefined,
  fixed: Params = {},
  defineByRun?: true,
): readonly EnqueuedTrial[] {
  const compiled = space && compileSpace(space);
  const trials = (readList(field, 'a list of parameter values', EXAMPLE) ?? []).map((trial) =>
    readTrial(trial, compiled, fixed, defineByRun),
  );
  const baselines = trials.flatMap((trial, i) => (trial?.baseline ? [`[${i}]`] : []));
  if (baselines.length > 1)
    field.faults.push(
      `${field.path} marks ${baselines.length} trials as baseline (${baselines.join(', ')}), expected at most one; unmark the others`,
    );
  return trials.filter((trial) => trial !== undefined);
}

/** A trial that is the baseline and has a value of every parameter that exists beside the others; `space` as above. */
export function readBaseline(field: Field, space: Space | undefined, defineByRun?: true): EnqueuedTrial | undefined {
  const written = readEntries(field, 'parameter values by name', 'write baseline: { lr: 0.01 }, say');
  if (!written || !space) return undefined;
  const compiled = compileSpace(space);
  const entries = new Map([...written].map(([name, value]) => [nameIn(compiled, written, name), value]));
  const params = readWanted(field, entries, compiled, 'change it', defineByRun);
  if (!params) return undefined;
  const x = encode(compiled, fixedIn(compiled, params));
  const absent = compiled.slots.filter(
    ({ parameter: { name, domain }, when }) => domain.kind !== 'fixed' && !entries.has(name) && holds(when, x),
  );
  for (const { parameter } of absent)
    missing(field, parameter.name, describeDomain(parameter.domain), 'give it too: nothing of a baseline is sampled');
  return absent.length > 0 ? undefined : { params, baseline: true };
}

function readTrial(
  field: Field,
  compiled: CompiledSpace | undefined,
  fixed: Params,
  defineByRun: true | undefined,
): EnqueuedTrial | undefined {
  const entries = readEntries(field, 'parameter values by name', EXAMPLE);
  const mark = entries?.get('baseline');
  const baseline = mark ? readFlag(mark, 'write baseline: true, or leave it out') : false;
  const given = new Map(
    [...(entries ?? [])]
      .filter(([name]) => name !== 'baseline')
      .map(([name, value]) => [nameIn(compiled, entries!, name), value]),
  );
  if (entries && given.size === 0) return wrong(field, 'at least one parameter', 'name a value, or remove it');
  if (!entries || baseline === undefined || !compiled) return undefined;
  const params = readWanted(field, given, compiled, 'change it, or leave it out and it is sampled', defineByRun);
  if (params && !baseline) checkFixed(field, fixedIn(compiled, params), compiled, fixed);
  return params && { params, baseline };
}

/** Parameters of the space, and where trials ask for others, those as they would come. */
function readWanted(
  field: Field,
  given: Fields,
  compiled: CompiledSpace,
  advice: string,
  defineByRun: true | undefined,
): Params | undefined {
  if (!defineByRun) return readParams(field, given, compiled, advice);
  const ours = new Map([...given].filter(([name]) => compiled.slotOf.has(name)));
  const values = Object.fromEntries([...given].map(([name, { value }]) => [name, value])) as Params;
  const split = readDivided({ space: compiled.space, defineByRun }, values);
  if ('fault' in split) {
    field.faults.push(`${field.path}: ${split.fault}`);
    return undefined;
  }
  const read = readParams(field, ours, compiled, advice);
  return read && { ...read, ...suggestedParams(split.suggested) };
}

/** Beside its class, a class's parameter may go by its plain name. */
function nameIn(compiled: CompiledSpace | undefined, entries: Fields, name: string): string {
  return compiled ? fullName(compiled, entries.get(MODEL)?.value, name) : name;
}

/** Beside the fixed values the trial's own have to be possible. */
function checkFixed({ path, faults }: Field, params: Params, compiled: CompiledSpace, fixed: Params): void {
  const against = contradiction(fixed, params);
  const region = forbiddenAt(compiled, encode(compiled, { ...fixed, ...params }));
  if (against !== undefined) faults.push(`${path}.${against}`);
  else if (region >= 0)
    faults.push(
      `${path} (value ${show(params)}) is forbidden beside fixed (value ${show(fixed)}): forbid[${region}] covers it: ${show(compiled.space.forbid[region])}; change it`,
    );
}
