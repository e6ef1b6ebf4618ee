/** What the tests of promotions share: facts, commands that write down their runs, and the processes that belong to a record. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { recordOf } from '../../../activities/promotion/record.ts';
import type { SupervisedRun, Waiting } from '../../../activities/promotion/command.ts';
import { readProcess } from '../../../activities/runners/process/process-group.ts';
import type { PromotionFacts } from '../../../study/evaluation/contract.ts';
import { isAlive } from '../runners/harness.ts';

export const KEY = 'dtune/digits/run-1/promotion';

export function factsOf(changes: Partial<PromotionFacts> = {}): PromotionFacts {
  return {
    idempotencyKey: KEY,
    study: 'digits',
    number: 7,
    params: { lr: 0.01, 'model.depth': 3 },
    verdict: {
      decision: 'promote',
      reason: 'the challenger is better by 0.03 (0.01 to 0.05)',
      metric: 'accuracy',
      goal: 'maximize',
      method: 'paired bootstrap',
      minimumEffect: 0,
      look: 1,
      alpha: 0.05,
      alphaSpent: 0.05,
      alphaTotal: 0.05,
    },
    ...changes,
  };
}

export function runOf(
  artifacts: string,
  command: readonly string[],
  changes: Partial<SupervisedRun> = {},
): SupervisedRun {
  const { facts = factsOf() } = changes;
  return {
    record: recordOf(artifacts, facts.idempotencyKey, 1),
    action: { kind: 'command', command, cwd: artifacts },
    facts,
    timeoutMs: 60_000,
    graceMs: 2000,
    ...changes,
  };
}

export function waitingOf(changes: Partial<Waiting> = {}): Waiting {
  return {
    signal: new AbortController().signal,
    isCancelled: () => true,
    allow: () => true,
    log: () => {},
    ...changes,
  };
}

export const sh = (script: string): string[] => ['sh', '-c', script];

/** A script's beginning: writes `KEY ATTEMPT PID` into the file runs.log of its working directory. */
export const WRITE_DOWN = 'echo "$DTUNE_IDEMPOTENCY_KEY $DTUNE_ATTEMPT $$" >> runs.log';

export interface Run {
  readonly key: string;
  readonly attempt: number;
  readonly pid: number;
}

/** The runs that were written down in a folder. */
export function runsIn(folder: string): Run[] {
  const path = join(folder, 'runs.log');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [key = '', attempt, pid] = line.split(' ');
    return { key, attempt: Number(attempt), pid: Number(pid) };
  });
}

/** Supervisors of the records in this artifact store: their command line names them. */
export function supervisorsOf(artifacts: string): number[] {
  return processesWith((words) => isSupervisor(words, artifacts));
}

function isSupervisor(words: string, artifacts: string): boolean {
  return words.includes('supervisor') && words.includes(artifacts);
}

/** Processes, those of the commands too, that work in a folder or have it in their command line. */
export function leftIn(folder: string): number[] {
  return processesWith((words, cwd) => words.includes(folder) || cwd === folder).filter((pid) => pid !== process.pid);
}

/** Of those the ones that are no supervisors. Told by one look: a supervisor may end between two. */
export function commandsLeftIn(folder: string): number[] {
  return processesWith(
    (words, cwd) => !isSupervisor(words, folder) && (words.includes(folder) || cwd === folder),
  ).filter((pid) => pid !== process.pid);
}

/** Children of a process that run this program. */
export function childrenOf(parent: number, program: string): number[] {
  return processesWith((words) => words.includes(program)).filter(
    (pid) => readProcess(pid, 'stat').split(') ')[1]?.split(' ')[1] === String(parent),
  );
}

function processesWith(fits: (words: string, cwd: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fits(readOf(pid), cwdOf(pid)) && isAlive(pid));
}

function readOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
