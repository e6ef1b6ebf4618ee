/** A temporary directory a test, removed after it, with the servers of the homes in it. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { stopServer } from '../../server/dev-server.ts';

export interface Scratch {
  /** A path in the directory. */
  path(...parts: string[]): string;
  /** A home whose server is ended after the test. */
  home(name: string): string;
}

export function useScratch(): Scratch {
  let directory: string;
  let homes: string[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtune-server-'));
  });
  afterEach(async () => {
    for (const home of homes) await stopServer({ home, graceMs: 0 });
    homes = [];
    await rm(directory, { recursive: true, force: true });
  });
  return {
    path: (...parts) => join(directory, ...parts),
    home(name) {
      homes.push(join(directory, name));
      return join(directory, name);
    },
  };
}

/** A stand-in for the temporal program: tells its versions, and as a server runs `body`. Returns its path. */
export async function fakeTemporal(path: string, version: string, server: string, body = 'exit 1'): Promise<string> {
  const tell = `if [ "$1" = --version ]; then echo "temporal version ${version} (Server ${server}, UI 2.0.0)"; exit; fi`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${tell}\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}
