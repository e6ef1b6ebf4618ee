/** What an edit must look like whatever the study is: who sends it, of what kind it is, how long it may be. */
import { show } from '../wording/json.ts';
import type { Edit, EditRequest } from './edits.ts';

const MAX_CHARACTERS = 200_000;

const KINDS: readonly string[] = [
  'pause',
  'resume',
  'stop',
  'budget',
  'parallel',
  'enqueue',
  'retry',
  'tell',
  'import',
  'cancel',
  'fail',
  'sampler',
  'space',
  'approve',
  'reject',
  'note',
  'tag',
] satisfies Edit['kind'][];

/** Why nothing can be made of a request, in words; undefined if something can. */
export function shapeFault(request: EditRequest): string | undefined {
  const { requestId, who, why, edit } = request ?? {};
  if (!isText(requestId, 1, 200)) return `edit: requestId is ${show(requestId)}, expected a text of your own`;
  if (who !== undefined && !isText(who, 0, 500)) return `edit: who is ${show(who)}, expected a text of at most 500`;
  if (why !== undefined && !isText(why, 0, 500)) return `edit: why is ${show(why)}, expected a text of at most 500`;
  if (typeof edit?.kind !== 'string' || !KINDS.includes(edit.kind))
    return `edit: got ${show(edit)}, expected one of kind ${KINDS.join(', ')}`;
  const characters = JSON.stringify(edit).length;
  if (characters > MAX_CHARACTERS)
    return `${edit.kind}: it takes ${characters} characters as JSON, expected at most ${MAX_CHARACTERS}; split it`;
  return undefined;
}

export function isWhole(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

export function isText(value: unknown, shortest: number, longest: number): value is string {
  return typeof value === 'string' && value.length >= shortest && value.length <= longest;
}
