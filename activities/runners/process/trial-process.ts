/** A trial's process and everything it starts: begun, watched and ended as one group. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError, TrialFailedError } from '../../../study/errors.ts';
import { watchLimits } from '../limits.ts';
import { keepTail, readLines } from './output.ts';
import { endGroup, signalGroup } from './process-group.ts';
import { guardGroup, MARK, workerFolder } from './reaper.ts';
import type { RunLimits } from '../runner.ts';

export interface ProcessPlan {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What it starts in a session of its own outlives the worker: jobs that it submits may run on this machine. Its group does not. */
  readonly leaves?: true;
  /** Whether it talks over an IPC channel; otherwise it has a stdin. */
  readonly ipc: boolean;
  /** Gives the process its input. */
  readonly begin: (child: ChildProcess) => void;
  /** Takes a line of stdout; what it throws, or rejects with, ends the trial. Absent: `begin` sees to it that stdout is read. */
  readonly line?: (line: string) => void | Promise<unknown>;
  /** Takes an IPC message; what it throws ends the trial. */
  readonly message?: (message: unknown, child: ChildProcess) => void;
  /** Tells the process that it has to end, before it is killed. */
  readonly tell: (child: ChildProcess, group: number) => void;
}

export interface Ending {
  /** 'exit code 1', 'signal SIGKILL'. */
  readonly how: string;
  readonly code: number | null;
  /** The last 2 KB of stderr. */
  readonly stderr: string;
}

/** How long output may still come when every process of the group is gone, milliseconds: only an escaped one can write it. */
const DRAIN_MS = 1000;

/**
 * Runs a process until it and its group are gone.
 *
 * @throws TrialFailedError when it cannot be started, ran too long, or `line` or `message` threw
 * @throws TransientError when the machine has no room for another process
 */
export async function runProcess(plan: ProcessPlan, limits: RunLimits): Promise<Ending> {
  const child = start(plan);
  const group = child.pid;
  if (group === undefined)
    throw await new Promise((resolve) => child.once('error', (error) => resolve(startFault(plan, error))));
  const release = guardGroup(group);
  let fault: unknown;
  let kill: NodeJS.Timeout | undefined;
  let over = false;
  const end = (): void => {
    // another group may have its number by then
    if (kill || over) return;
    plan.tell(child, group);
    kill = setTimeout(() => signalGroup(group, 'SIGKILL'), limits.graceMs);
  };
  const fail = (error: unknown): void => {
    fault ??= error;
    watch.stop();
    end();
  };
  const guarded = <Value>(
    take: (value: Value, child: ChildProcess) => void | Promise<unknown>,
  ): ((value: Value) => void) => {
    return (value) => {
      try {
        take(value, child)?.catch(fail);
      } catch (error) {
        fail(error);
      }
    };
  };
  const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (...how) => resolve(how)),
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  if (plan.line) readLines(child.stdout!, guarded(plan.line), fail);
  const stderr = keepTail([child.stderr!]);
  if (plan.message) child.on('message', guarded(plan.message));
  // it may end without reading its input
  child.stdin?.on('error', () => {});
  child.on('error', () => {});
  plan.begin(child);
  const watch = watchLimits(limits, end);
  const [code, signal] = await exited;
  watch.stop();
  await endGroup(group, limits.graceMs);
  clearTimeout(kill);
  over = true;
  release();
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  child.stdout!.destroy();
  child.stderr!.destroy();
  watch.check();
  if (fault !== undefined) throw fault;
  return { how: signal ? `signal ${signal}` : `exit code ${code}`, code, stderr: stderr() };
}

function start(plan: ProcessPlan): ChildProcess {
  const env = { ...process.env, ...plan.env, [MARK]: plan.leaves ? undefined : workerFolder() };
  try {
    return spawn(plan.program, plan.args, {
      cwd: plan.cwd,
      env,
      detached: true,
      stdio: [plan.ipc ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(plan.ipc ? (['ipc'] as const) : [])],
      serialization: 'advanced',
    });
  } catch (error) {
    throw startFault(plan, error as NodeJS.ErrnoException);
  }
}

function startFault({ program, cwd }: ProcessPlan, { code, message }: NodeJS.ErrnoException): Error {
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE')
    return new TransientError(`there is no room for another process: ${message}`);
  const reason = (): string => {
    if (!existsSync(cwd)) return `its working directory ${cwd} does not exist on this machine`;
    if (code === 'ENOENT')
      return program.includes('/')
        ? `there is no such program in ${cwd}, or its #! line names one that does not exist`
        : "there is no such program on PATH: expected one that is installed on the worker's machine, or a full path; " +
            `PATH is ${process.env['PATH'] ?? 'empty'}`;
    if (code === 'EACCES') return `it is not executable: expected a program with execute permission (chmod +x)`;
    if (code === 'E2BIG') return 'its arguments and parameters are longer than this system allows';
    return message;
  };
  return new TrialFailedError(`cannot run '${program}': ${reason()}`);
}
