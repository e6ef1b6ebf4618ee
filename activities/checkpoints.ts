/**
 * Checkpoints of one attempt. A directory that the trial gives is kept in the artifact store, and only its URI travels on heartbeats;
 * an attempt that goes on from such a URI finds the files in a directory of its machine. Strings of the trial's own pass as they are.
 */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointBefore, fetchCheckpoint, publishCheckpoint, removeCheckpoint } from '../artifacts/checkpoint.ts';
import { readCheckpointUri, type AttemptName } from '../artifacts/checkpoint-name.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { studyName, type TrialRequest } from '../study/contract.ts';
import { TrialFailedError } from '../study/errors.ts';
import { readCheckpoint } from '../study/trial/result.ts';
import type { Beat } from './beat.ts';
import { workerFolder } from './runners/process/reaper.ts';
import type { Progress } from './runners/progress.ts';
import type { GivenCheckpoint, TrialEvents, TrialFacts } from './runners/runner.ts';

/**
 * How many of an attempt's own checkpoints stay once the newest is acknowledged: that one, the one to fall back to, and one more, since
 * a heartbeat that was on its way meanwhile may still put its pointer back.
 */
const KEPT = 3;

export interface AttemptOfTrial {
  /** Absent: directories cannot be kept. */
  readonly store: ArtifactStore | undefined;
  readonly request: TrialRequest;
  readonly progress: Progress;
  /** For the log of the trial. */
  readonly log: (message: string) => void;
  readonly beat: Beat;
}

type CheckpointFacts = Partial<Pick<TrialFacts, 'checkpoint' | 'checkpointUri'>>;
type CheckpointEvents = Pick<TrialEvents, 'checkpoint' | 'directory'>;

/**
 * Runs an attempt with its checkpoints: what it goes on from is there before, what it gave is kept before this settles, and the
 * directories of this machine are gone afterwards.
 *
 * @throws TrialFailedError where what it has to go on from is lost, and nothing before it is left either
 */
export async function withCheckpoints<Result>(
  attempt: AttemptOfTrial,
  run: (facts: CheckpointFacts, events: CheckpointEvents) => Promise<Result>,
): Promise<Result> {
  const checkpoints = new Checkpoints(attempt);
  try {
    const facts = await checkpoints.restored();
    const result = await run(facts, checkpoints.events);
    await checkpoints.settled();
    return result;
  } catch (error) {
    await checkpoints.settled().catch(() => {});
    throw error;
  } finally {
    await checkpoints.clear();
  }
}

let folders = 0;

class Checkpoints {
  readonly events: CheckpointEvents;
  private readonly attempt: AttemptOfTrial;
  private readonly of: AttemptName;
  private folder: string | undefined;
  private local: { readonly path: string; readonly uri: string } | undefined;
  /** Names of this attempt's own that are in the store. */
  private readonly own: string[] = [];
  private previous: string | undefined;
  private sequence = 0;
  private given = 0;
  private newest = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly pending = new Set<Promise<unknown>>();

  constructor(attempt: AttemptOfTrial) {
    this.attempt = attempt;
    this.of = nameOf(attempt.request, attempt.progress);
    this.events = {
      checkpoint: (given) => this.take(given),
      ...(attempt.store && { directory: () => this.directory() }),
    };
  }

  /** What the attempt goes on from, in a directory of this machine where it is one of the store's. */
  async restored(): Promise<CheckpointFacts> {
    const { progress, log, request } = this.attempt;
    if (progress.checkpoint === undefined || !readCheckpointUri(progress.checkpoint)) return {};
    const folder = join(this.ownFolder(), 'from');
    // what is measured is this checkpoint, and no other
    const { uri, path } =
      request.stage === 'evaluate'
        ? await fetchExactly(progress.checkpoint, folder)
        : await restoreCheckpoint(progress.checkpoint, folder, log, request.fallbacks);
    if (uri !== progress.checkpoint) progress.restored = uri;
    this.local = { path, uri };
    this.previous = uri;
    progress.checkpoint = uri;
    return { checkpoint: path, checkpointUri: uri };
  }

  /** Waits for what is being kept. @throws TrialFailedError where the trial has not heard that it cannot be */
  async settled(): Promise<void> {
    await Promise.all(this.pending);
    await this.queue;
  }

  async clear(): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private take(given: GivenCheckpoint): void | Promise<string | undefined> {
    const { store, progress, beat, request } = this.attempt;
    if (request.stage === 'evaluate')
      throw new TrialFailedError(
        'a checkpoint was given while the trial is measured: expected none, since others go on from the one that its training left; save it in training',
      );
    const turn = ++this.given;
    if (typeof given === 'string') {
      this.newest = turn;
      progress.checkpoint = given === this.local?.path ? this.local.uri : given;
      return beat();
    }
    if (!store)
      throw new TrialFailedError(
        'the checkpoint is a directory, but this worker has no artifact store to keep it in: expected one started with a place for ' +
          'artifacts; or give the path of a file as a string',
      );
    const kept = this.queue.then(() => this.keep(store, given.directory, turn));
    this.queue = kept.then(
      () => this.prune(store),
      () => {},
    );
    this.pending.add(kept);
    const over = (): void => void this.pending.delete(kept);
    kept.then(over, over);
    return kept;
  }

  /** @returns the URI, or undefined where the store has failed: the trial goes on, and the checkpoint before stands */
  private async keep({ objects }: ArtifactStore, directory: string, turn: number): Promise<string | undefined> {
    const { progress, log, beat } = this.attempt;
    let uri: string;
    try {
      uri = readCheckpoint(await publishCheckpoint(objects, this.of, ++this.sequence, directory, this.previous));
    } catch (error) {
      if (error instanceof TrialFailedError) throw error;
      log(`a checkpoint could not be kept, the one before stands: ${(error as Error).message}`);
      return undefined;
    }
    this.own.push(readCheckpointUri(uri)!.name);
    this.previous = uri;
    if (turn < this.newest) return uri;
    this.newest = turn;
    progress.checkpoint = uri;
    beat();
    return uri;
  }

  private async prune({ objects }: ArtifactStore): Promise<void> {
    const { beat, log } = this.attempt;
    if (this.own.length <= KEPT || !(await beat.acknowledged())) return;
    for (const name of this.own.splice(0, this.own.length - KEPT))
      await removeCheckpoint(objects, name).catch(({ message }: Error) => log(`an old checkpoint stays: ${message}`));
  }

  private directory(): string {
    const path = join(this.ownFolder(), 'next');
    mkdirSync(path, { recursive: true });
    return path;
  }

  private ownFolder(): string {
    return (this.folder ??= join(workerFolder(), `checkpoints-${folders++}`));
  }
}

/**
 * Finds the files of a checkpoint, or of the newest one before it that is whole.
 *
 * @param folder  for directories, not there yet
 * @param fallbacks  URIs to try when none before it is known any more, in this order
 * @returns the URI of what was found, and the directory
 * @throws TrialFailedError with all that was tried, where there is none
 */
export async function restoreCheckpoint(
  uri: string,
  folder: string,
  log: (message: string) => void,
  fallbacks: readonly string[] = [],
): Promise<{ readonly uri: string; readonly path: string }> {
  const tried = new Map<string, string>();
  const untried = (known: string | undefined): string | undefined =>
    known !== undefined && !tried.has(known) ? known : undefined;
  for (let next: string | undefined = uri; next !== undefined;) {
    const path = join(folder, String(tried.size));
    const fetched = await fetchCheckpoint(next, path);
    if (fetched.state === 'whole') {
      if (tried.size > 0) log(`goes on from ${next}, since ${[...tried.values()].join(', and ')}`);
      return { uri: next, path };
    }
    tried.set(next, `the checkpoint ${next} is ${fetched.state} (${fetched.why})`);
    await rm(path, { recursive: true, force: true });
    next = untried(fetched.previous) ?? untried(await checkpointBefore(next)) ?? fallbacks.find(untried);
  }
  throw new TrialFailedError(
    `cannot go on: ${[...tried.values()].join(', and ')}, and no earlier one is known; restore it, or enqueue the parameters as a new trial`,
  );
}

async function fetchExactly(uri: string, folder: string): Promise<{ readonly uri: string; readonly path: string }> {
  const path = join(folder, '0');
  const fetched = await fetchCheckpoint(uri, path);
  if (fetched.state === 'whole') return { uri, path };
  throw new TrialFailedError(
    `cannot be measured: the checkpoint ${uri} is ${fetched.state} (${fetched.why}); restore it, or enqueue the parameters as a new trial`,
  );
}

/** The runs of a final test are trials of their own, though several may have one number. */
function nameOf({ study, firstRunId, number, phase, evaluation }: TrialRequest, { attempt }: Progress): AttemptName {
  const { candidate = 'best', repeat = 0 } = evaluation ?? {};
  return {
    study: studyName(study),
    run: firstRunId,
    trial: phase === 'tune' ? String(number) : `${number}-${phase}-${candidate}-${repeat}`,
    attempt,
  };
}
