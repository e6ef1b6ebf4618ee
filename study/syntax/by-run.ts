/** How it is written that trials ask for parameters while they run: `defineByRun: true`, with a space, an empty one or none. */
import type { Space } from '../space/space.ts';
import type { StopRules, TrialSpec } from '../study.ts';
import { isRecord } from '../wording/json.ts';
import { readFlag, wrong, type Field, type Fields } from './field.ts';

export function readByRun(field: Field): true | undefined {
  return readFlag(field, 'write true where trials ask for parameters while they run') || undefined;
}

/** What cannot be where trials ask for parameters; which samplers can serve them is asked where the samplers are. */
export function checkByRun(
  field: Field,
  {
    models,
    trial,
    stop,
  }: { readonly models: boolean; readonly trial: TrialSpec | undefined; readonly stop: StopRules },
): void {
  if (models) wrong(field, 'no defineByRun beside models', 'keep one: a trial may ask for its class, too');
  if (trial?.kind === 'external')
    wrong(field, 'no defineByRun with trial: external', 'leave it out: who asks for a trial is told its parameters');
  if (trial?.kind === 'http' || trial?.kind === 'job')
    wrong(
      field,
      `no defineByRun with trial: ${trial.kind}`,
      'give it a space: what runs elsewhere can ask for nothing',
    );
  if (stop.regret !== undefined)
    wrong(field, 'no defineByRun with stop.regret', 'keep one: regret is of the parameters of a space');
}

export function hasNoSpace(fields: Fields): boolean {
  const value = fields.get('space')?.value;
  // a zod schema is no record
  return value === undefined || (isRecord(value) && Object.keys(value).length === 0);
}

/** A space without parameters. */
export function noSpace(forbid: Field | undefined): Space {
  if (forbid) wrong(forbid, 'none without a space', 'leave it out: regions are of its parameters');
  return { version: 1, parameters: [], forbid: [] };
}
