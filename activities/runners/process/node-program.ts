/** How Node starts a program of ours: built ones as they are, TypeScript through tsx. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TrialFailedError } from '../../../study/errors.ts';

/**
 * Arguments for Node to run the program of this name beside the caller.
 *
 * @param caller  import.meta.url of the caller
 * @param module  the user's module it will import, if any
 * @throws TrialFailedError if that is TypeScript and there is no tsx
 */
export function nodeArguments(caller: string, program: string, module?: string): string[] {
  const extension = extname(caller);
  const path = fileURLToPath(new URL(`./${program}${extension}`, caller));
  return extension === '.ts' || /\.[cm]?ts$/.test(module ?? '') ? ['--import', loader(caller, module), path] : [path];
}

function loader(caller: string, module: string | undefined): string {
  for (const from of module === undefined ? [caller] : [module, caller]) {
    try {
      return pathToFileURL(createRequire(from).resolve('tsx')).href;
    } catch {
      // not there: the next place
    }
  }
  throw new TrialFailedError(
    `${module} is TypeScript, and tsx, which runs it, is not installed: ` +
      'expected tsx beside it (npm install tsx), or a module compiled to JavaScript',
  );
}
