/** TypeScript in threads: unlike processes they do not take over how their parent loads modules, so tsx is asked for in each. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What to start a thread with that runs the program of this name beside the caller. @param caller import.meta.url of the caller */
export function threadEntry(caller: string, program: string): URL {
  const extension = extname(fileURLToPath(caller));
  const url = new URL(`./${program}${extension}`, caller);
  if (extension !== '.ts') return url;
  const code = `import { register } from ${JSON.stringify(tsxFrom(caller))}; register(); await import(${JSON.stringify(url.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Has this thread load a module of TypeScript; others it loads anyway. @throws Error where there is no tsx beside it */
export async function loadsTypeScript(url: string): Promise<void> {
  if (!/\.[cm]?ts$/.test(url)) return;
  const { register } = (await import(tsxFrom(url))) as { readonly register: () => void };
  register();
}

function tsxFrom(caller: string): string {
  // what `require` finds is the CommonJS twin
  return pathToFileURL(
    createRequire(caller)
      .resolve('tsx/esm/api')
      .replace(/\.cjs$/, '.mjs'),
  ).href;
}
