/** Paths as a study file writes them, from its folder on: without the file system, so that workflows may read this. */

/** Whether a path starts at a root: '/', a drive or a share. */
export function isAbsolutePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** `path` from `directory` on, without '.' and '..' in it. */
export function absolutePath(directory: string, path: string): string {
  const whole = isAbsolutePath(path) ? path : `${directory}/${path}`;
  const [root = ''] = /^(\/|[A-Za-z]:[\\/]|\\\\)/.exec(whole) ?? [];
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split(root === '/' ? '/' : /[\\/]/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return root + parts.join(root === '/' ? '/' : '\\');
}
