/** A temporary directory a test, removed after it, with the servers of the homes in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { type StartedServer, stopServer } from '../../server/dev-server.ts';

export interface Scratch {
  /** A path in the directory. */
  path(...parts: string[]): string;
  /** A home whose server is ended after the test. */
  home(name: string): string;
  /** A process that starts the home's server, and what it says of it; ended after the test. */
  start(home: string, mode: 'background' | 'foreground'): Start;
}

export interface Start {
  readonly child: ChildProcess;
  readonly server: Promise<StartedServer>;
}

export function useScratch(): Scratch {
  let directory: string;
  let homes: string[] = [];
  let children: ChildProcess[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtune-server-'));
  });
  afterEach(async () => {
    // first those who may be about to start one
    for (const child of children) {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      if (!hasEnded && child.kill('SIGKILL')) await once(child, 'exit');
    }
    for (const home of homes) await stopServer({ home, graceMs: 0 });
    [homes, children] = [[], []];
    await rm(directory, { recursive: true, force: true });
  });
  return {
    path: (...parts) => join(directory, ...parts),
    home(name) {
      homes.push(join(directory, name));
      return join(directory, name);
    },
    start(home, mode) {
      const script = fileURLToPath(new URL('start-server.ts', import.meta.url));
      const child = spawn(process.execPath, ['--import', 'tsx', script, home, mode], {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      children.push(child);
      const server = once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)) as StartedServer);
      return { child, server };
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
