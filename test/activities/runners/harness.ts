/** What the tests of runners share: facts of a trial, a record of its events, folders and questions about processes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { GivenCheckpoint, RunLimits, TrialEvents, TrialFacts } from '../../../activities/runners/runner.ts';
import type { Measurement } from '../../../study/trial/trial.ts';

export function factsOf(changes: Partial<TrialFacts> = {}): TrialFacts {
  return {
    study: 'digits',
    number: 12,
    attempt: 2,
    seed: 77,
    params: { lr: 0.01, 'model.depth': 3 },
    budget: null,
    checkpoint: null,
    phase: 'tune',
    evaluation: null,
    ...changes,
  };
}

export function limitsOf(changes: Partial<RunLimits> = {}): RunLimits {
  return { signal: new AbortController().signal, graceMs: 5000, ...changes };
}

export interface Recorded extends TrialEvents {
  readonly reports: Measurement[];
  readonly checkpoints: GivenCheckpoint[];
  readonly logs: string[];
  readonly lines: string[];
}

/** Events that are written down; `onLine` sees each line of output as well. */
export function recordEvents(onLine: (line: string) => void = () => {}): Recorded {
  const [reports, checkpoints, logs, lines]: [Measurement[], GivenCheckpoint[], string[], string[]] = [[], [], [], []];
  return {
    reports,
    checkpoints,
    logs,
    lines,
    report: (measurement) => void reports.push(measurement),
    checkpoint: (checkpoint) => void checkpoints.push(checkpoint),
    log: (message) => void logs.push(message),
    output(line) {
      lines.push(line);
      onLine(line);
    },
  };
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dtune-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder of its own. @returns its path. */
export function fileOf(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** Whether a process runs; one that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // no /proc on this system: the signal has told
    return process.platform !== 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean, withinMs = 20_000): Promise<void> {
  for (const end = performance.now() + withinMs; !holds(); await sleep(20))
    if (performance.now() > end) throw new Error(`still not so after ${withinMs} ms: ${what}`);
}
