/** The audit log in words: each edit, and when it took effect. */
import type { LoggedEdit } from '../study/ledger/edits.ts';
import type { Params } from '../study/space/space.ts';
import { formatDuration } from '../study/wording/duration.ts';

/** One edit and what became of it, in a line. */
export function entryText(entry: LoggedEdit): string {
  return `${editText(entry)}: ${effectText(entry)}`;
}

/** What somebody changed. */
export function editText({ edit, imported }: Pick<LoggedEdit, 'edit' | 'imported'>): string {
  switch (edit.kind) {
    case 'pause':
    case 'stop':
      return edit.now ? `${edit.kind} --now` : edit.kind;
    case 'resume':
    case 'approve':
    case 'reject':
      return edit.kind;
    case 'budget':
      return `set ${Object.entries(edit.stop).map(ruleText).join(', ')}`;
    case 'parallel':
      return `set parallel ${edit.parallel}`;
    case 'enqueue':
      return `enqueue ${edit.trials.map(({ params }) => paramsText(params)).join(' / ')}`;
    case 'tell':
      return `add ${paramsText(edit.params)} -> ${JSON.stringify(edit.result)}`;
    case 'import':
      return `import ${imported ?? edit.trials.length} trials`;
    case 'sampler':
      return `set sampler ${edit.sampler.name}${optionsText(edit.sampler.options)}`;
    case 'space':
      return `set space version ${edit.space.version} (${edit.space.parameters.map(({ name }) => name).join(', ')})`;
    case 'note':
      return `note${edit.number === undefined ? '' : ` on trial ${edit.number}`} ${JSON.stringify(edit.text)}`;
    case 'tag':
      return `tag ${Object.entries(edit.tags)
        .map(([key, value]) => (value === null ? `-${key}` : `${key}=${value}`))
        .join(' ')}`;
    case 'cancel':
    case 'fail':
    case 'retry':
      return `${edit.kind} trial ${edit.number}`;
  }
}

/** Whether and when it took effect. */
export function effectText({ seq, refused, checking, at }: LoggedEdit): string {
  if (refused !== undefined) return `refused: ${refused}`;
  if (seq !== undefined)
    return at === undefined ? `in force since position ${seq}` : `in force since position ${seq}, before trial ${at}`;
  return checking ? 'is being checked' : `waits for trial ${at}`;
}

/** lr=0.1 layers=2 */
function paramsText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

function ruleText([rule, value]: [string, number | null | undefined]): string {
  if (rule === 'timeMs') return `time ${value == null ? 'none' : formatDuration(value)}`;
  return `${rule} ${value ?? 'none'}`;
}

function optionsText(options: object): string {
  return Object.keys(options).length === 0 ? '' : ` ${JSON.stringify(options)}`;
}
