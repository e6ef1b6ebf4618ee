/** How a trial that is a function is written: { function: train, module: ./train.ts }. */
import { isPlain, readText, wrong, type Field, type Fields } from '../field.ts';
import { absolutePath } from '../path.ts';

export interface FunctionSyntax {
  /** Exported name of the module, or a name that is registered with the worker. */
  readonly function: string;
  /** Path of a .js, .mjs or .ts file, from the study file's folder. */
  readonly module?: string;
}

export function readFunction(
  value: Field,
  fields: Fields,
  directory: string,
): { readonly kind: 'function'; readonly function: string; readonly module?: string } | undefined {
  const name = readText(value, 200, "an exported function's name", 'write function: train, say');
  const field = fields.get('module');
  const module = field && readModule(field, directory);
  return name === undefined ? undefined : { kind: 'function', function: name, ...(module !== undefined && { module }) };
}

function readModule(field: Field, directory: string): string | undefined {
  const { value } = field;
  const expected = 'the path of a .js, .mjs or .ts file';
  if (typeof value !== 'string' || !isPlain(value)) return wrong(field, expected, 'write module: ./train.ts, say');
  if (/^[a-z][a-z+.-]+:/i.test(value)) return wrong(field, expected, 'write a path, not a URL');
  if (!/\.[cm]?[jt]s$/.test(value)) return wrong(field, expected, "add the file's ending");
  return absolutePath(directory, value);
}
