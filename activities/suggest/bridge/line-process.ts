/**
 * A child process that answers each line of JSON on its stdin with one on its stdout, in order. No shell starts it; what it says on stderr is
 * kept for the reason when it is lost. It never keeps this process alive, and ends when this process does, since its stdin closes.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Socket } from 'node:net';
import { TransientError } from '../../../study/errors.ts';
import { isRecord } from '../../../study/wording/json.ts';

export type Said = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly resolve: (said: Said) => void;
  readonly reject: (error: Error) => void;
}

/** Characters of stderr that are kept. */
const MOST_STDERR = 1_000;

export class LineProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private readonly patienceMs: number;
  private timer: NodeJS.Timeout | undefined;
  private stderr = '';
  private why: string | undefined;

  /** @param patienceMs  how long an answer may take before the process is lost */
  constructor(program: string, args: readonly string[], env: Readonly<Record<string, string>>, patienceMs: number) {
    this.patienceMs = patienceMs;
    this.child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    const { child } = this;
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as Socket).unref?.();
    // the exit tells
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-MOST_STDERR);
    });
    createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => this.take(line));
    child.on('error', (error) =>
      this.lose(`${program} cannot be started (${error.message}): install it, or name where it is`),
    );
    child.on('close', (code, signal) => this.lose(`it ended with ${signal ?? `code ${code}`}`));
  }

  get isLost(): boolean {
    return this.why !== undefined;
  }

  get isBusy(): boolean {
    return this.waiting.length > 0;
  }

  /** Its process id; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** @throws TransientError when it is lost before it has answered */
  say(line: string): Promise<Said> {
    if (this.why !== undefined) return Promise.reject(this.loss());
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${line}\n`);
      if (this.waiting.length === 1) this.listen();
    });
  }

  end(why: string): void {
    this.lose(why);
    this.child.kill('SIGKILL');
  }

  private take(line: string): void {
    const said = parsed(line);
    if (!said) return this.end(`it said ${JSON.stringify(line.slice(0, 200))}, expected a JSON object`);
    this.waiting.shift()?.resolve(said);
    this.listen();
  }

  /** Waits for the next answer, if there is one to come. */
  private listen(): void {
    clearTimeout(this.timer);
    const [stdout] = [this.child.stdout as unknown as Socket];
    if (this.waiting.length === 0) {
      stdout.unref?.();
      return;
    }
    stdout.ref?.();
    this.timer = setTimeout(() => this.end(`it said nothing for ${this.patienceMs / 1000} s`), this.patienceMs);
  }

  private lose(why: string): void {
    if (this.why !== undefined) return;
    this.why = why;
    clearTimeout(this.timer);
    for (const { reject } of this.waiting.splice(0)) reject(this.loss());
  }

  private loss(): TransientError {
    const last = this.stderr.trim();
    return new TransientError(
      `the process that computed a suggestion was lost: ${this.why}${last === '' ? '' : `; its last words: ${last}`}`,
    );
  }
}

function parsed(line: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
