/** Studies to change: what defineStudy says about one, written as a study file is. */
import { parse } from 'yaml';
import { defineStudy } from '../../study/definition.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { spaceFromSchema, type SpaceSchema } from '../../study/schema.ts';
import type { StudyDefinition } from '../../study/study.ts';

export const MINIMAL = `
name: s
space: { x: { float: [0, 1] } }
objective: { name: loss, goal: minimize }
trial: { command: [train] }
stop: { trials: 5 }
`;

const CONTEXT = { directory: '/home/me', seed: 1 };

/** The definition of the minimal study with these keys changed; a null is left out. */
export function define(changes: string | Record<string, unknown> = ''): StudyDefinition {
  return defineStudy(changed(changes), CONTEXT);
}

/** The faults of the minimal study with these keys changed, one a line. */
export function faults(changes: string | Record<string, unknown>): string {
  return messageOf(() => define(changes));
}

/** The faults of a space, written as in a study file, one a line. */
export function spaceFaults(space: string, forbid = '[]'): string {
  return faults({ space: parse(space), forbid: parse(forbid) });
}

export function schemaFaults(schema: SpaceSchema): string {
  return messageOf(() => spaceFromSchema(schema));
}

/** What a call refuses with, or 'none'. */
export function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof StudyDefinitionError) return error.message;
    throw error;
  }
  return 'none';
}

function changed(changes: string | Record<string, unknown>): unknown {
  const study = { ...parse(MINIMAL), ...(typeof changes === 'string' ? parse(changes) : changes) };
  return Object.fromEntries(Object.entries(study).filter(([, value]) => value !== undefined));
}
