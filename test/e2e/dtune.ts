/** The command as a user has it: the built program, in a home and a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWorker, workerOf } from '../../cli/background/worker-process.ts';
import { stopServer } from '../../server/dev-server.ts';
import { auditHome } from './archived-audits.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Done>;
  /** Resolves when stdout and stderr so far match. */
  seen(pattern: RegExp): Promise<void>;
}

export class Desk {
  readonly folder: string;
  readonly home: string;
  private constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, 'home');
  }

  static async create(): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'dtune-desk-')));
  }

  async file(name: string, content: string | object): Promise<string> {
    await writeFile(join(this.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return join(this.folder, name);
  }

  /** Starts `dtune ARGS --home HOME --embedded`, where the verb takes them. */
  start(...args: string[]): Running {
    return this.startWith({}, ...args);
  }

  /** The same, with environment variables of its own. */
  startWith(env: Readonly<Record<string, string>>, ...args: string[]): Running {
    const placeless = ['sampler', 'space', 'server'].includes(args[0]);
    const place = placeless ? (args[0] === 'server' ? ['--home', this.home] : []) : ['--home', this.home, '--embedded'];
    const child = spawn(process.execPath, [main, ...args, ...place], {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    let stdout = '';
    let stderr = '';
    const listeners = new Set<() => void>();
    const note = (): void => listeners.forEach((listener) => listener());
    child.stdout.setEncoding('utf8').on('data', (text: string) => ((stdout += text), note()));
    child.stderr.setEncoding('utf8').on('data', (text: string) => ((stderr += text), note()));
    const done = new Promise<Done>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    return {
      child,
      done,
      seen: (pattern) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(stdout + stderr)) return;
            listeners.delete(look);
            resolve();
          };
          listeners.add(look);
          void done.then(() => reject(new Error(`ended without ${pattern}:\n${stdout}\n${stderr}`)));
          look();
        }),
    };
  }

  run(...args: string[]): Promise<Done> {
    const { child, done } = this.start(...args);
    child.stdin!.end();
    return done;
  }

  async workerPid(): Promise<number | undefined> {
    return workerOf(this.home);
  }

  async close(): Promise<void> {
    await endWorker(this.home);
    await stopServer({ home: this.home });
    await auditHome(this.home).finally(() => this.remove());
  }

  private async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
