/** How a trial that is somebody else's is written: { activity: train, queue: gpu } or { workflow: trainAndTest, queue: ml }. */
import { missing, readText, type Field, type Fields } from '../field.ts';

export interface ActivitySyntax {
  /** Name of an activity in any language; it is given a WireTrial (study/trial/wire.ts). */
  readonly activity: string;
  /** Task queue of the workers that have it. */
  readonly queue: string;
}

export interface WorkflowSyntax {
  /** Type of a workflow in any language; it is given a WireTrial (study/trial/wire.ts). */
  readonly workflow: string;
  /** Task queue of the workers that have it. */
  readonly queue: string;
}

type Named<Kind extends 'activity' | 'workflow'> = { readonly kind: Kind } & Readonly<Record<Kind, string>>;

export function readForeign<Kind extends 'activity' | 'workflow'>(
  parent: Field,
  kind: Kind,
  value: Field,
  fields: Fields,
): Named<Kind> | undefined {
  const name = readText(
    value,
    200,
    `the name of ${kind === 'activity' ? 'an activity' : 'a workflow'}`,
    `write ${kind}: train, say`,
  );
  if (!fields.has('queue'))
    missing(parent, 'queue', `the task queue of the workers that have the ${kind}`, 'add queue: gpu, say');
  return name === undefined ? undefined : ({ kind, [kind]: name } as Named<Kind>);
}
