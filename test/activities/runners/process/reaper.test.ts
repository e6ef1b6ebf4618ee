import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, isAlive, until } from '../harness.ts';

interface Doomed {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly folder: string;
  /** Process ids that the trial printed. */
  readonly pids: number[];
  readonly lines: readonly string[];
}

/** A worker process whose trial prints `PIDS 1 2 3` and runs on. */
async function startWorker(spec: object): Promise<Doomed> {
  const program = fileURLToPath(new URL('../doomed-worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(spec)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const find = (word: string): string[] => new RegExp(`^${word} (.*)$`, 'm').exec(text)?.[1]!.split(' ') ?? [];
  await until('the trial prints its process ids', () => find('PIDS').length > 0);
  return {
    kill: (signal) => void child.kill(signal),
    folder: find('FOLDER')[0]!,
    pids: find('PIDS').map(Number),
    get lines() {
      return text.split('\n');
    },
  };
}

const command = (script: string): object => ({ kind: 'command', command: ['sh', '-c', script], cwd: '/' });

async function expectNothingLeft({ folder, pids }: Doomed): Promise<void> {
  await until('the trial is gone', () => !pids.some(isAlive));
  await until('the folder is gone', () => !existsSync(folder));
  await until('the reaper is gone', () => reapersOf(folder).length === 0);
}

/** The reapers of a worker: their command line names its folder. */
function reapersOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes('reaper-host') && commandLine(pid).includes(folder))
    .map(Number)
    .filter(isAlive);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe.skipIf(process.platform !== 'linux')('a worker that is killed', () => {
  it('takes the processes of its command with it, even those that ignore signals', async () => {
    const worker = await startWorker(
      command(`trap '' TERM HUP INT; sleep 1000 & echo "PIDS $$ $!"; echo next; while true; do sleep 1; done`),
    );
    expect(worker.pids.map(isAlive)).toEqual([true, true]);
    worker.kill('SIGKILL');
    await expectNothingLeft(worker);
  });

  it('takes a function that computes without pause with it, and what that started', async () => {
    const module = fileOf(
      'trials.mjs',
      `import { spawn } from 'node:child_process';
      export function train({ log }) {
        log('PIDS ' + process.pid + ' ' + spawn('sleep', ['1000'], { stdio: 'ignore' }).pid);
        return new Promise(() => setTimeout(() => { for (;;); }, 50));
      }`,
    );
    const worker = await startWorker({ kind: 'function', function: 'train', module });
    expect(worker.pids.map(isAlive)).toEqual([true, true]);
    worker.kill('SIGKILL');
    await expectNothingLeft(worker);
  });

  it('takes a process with it that has left its group', async () => {
    const worker = await startWorker(command(`setsid sleep 1000 & sleep 0.2; echo "PIDS $$ $!"; echo next; wait`));
    expect(worker.pids.map(isAlive)).toEqual([true, true]);
    worker.kill('SIGKILL');
    await expectNothingLeft(worker);
  });

  it('does so even if its reaper was killed before', async () => {
    const worker = await startWorker(command(`trap '' TERM; echo "PIDS $$"; echo next; while true; do sleep 1; done`));
    const first = reapersOf(worker.folder);
    expect(first).toHaveLength(1);
    process.kill(first[0]!, 'SIGKILL');
    await until('there is another reaper', () => reapersOf(worker.folder).some((pid) => pid !== first[0]));
    worker.kill('SIGKILL');
    await expectNothingLeft(worker);
  });
});

describe.skipIf(process.platform !== 'linux')('a worker that ends by itself', () => {
  it('is not held up by its reaper, and leaves nothing', async () => {
    const worker = await startWorker(command(`echo "PIDS $$"; echo next; echo '{"value": 1}'`));
    await until('the worker has ended', () => worker.lines.includes('ENDED'));
    await expectNothingLeft(worker);
  });
});
