/**
 * A small pool of threads for samplers whose asks take long: a worker's event loop stays free for heartbeats, trials and workflows.
 *
 * A study stays with the thread that has it in its cache. A thread that is lost fails what it was asked as TransientError: the ask is
 * tried again, finds a cold cache and comes back with everything. Threads start when they are needed, end after a while without work,
 * and never keep a process alive.
 */
import { Worker } from 'node:worker_threads';
import type { SuggestAnswer, SuggestRequest } from '../../study/contract.ts';
import { ColdCacheError, StudyDefinitionError, TransientError } from '../../study/errors.ts';
import type { Suggester } from './sessions.ts';
import { threadEntry } from './typescript.ts';

/** Where a thread finds a sampler that is not built in: the module that exports it, as a URL. */
export interface SamplerModule {
  readonly url: string;
  readonly name: string;
}

/** What a thread is started with. */
export interface ThreadData {
  /** Folder of the artifact store. */
  readonly artifacts: string;
  readonly modules: readonly SamplerModule[];
  /** Sessions it keeps; the least recently asked leaves first. */
  readonly most: number;
}

export type ThreadOrder =
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly key: string;
      readonly request: SuggestRequest;
      readonly delta: Uint8Array;
    }
  | { readonly kind: 'forget'; readonly key: string };

export type ThreadAnswer = { readonly id: number } & (
  | { readonly answer: SuggestAnswer }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack?: string } }
);

interface Waiting {
  readonly resolve: (answer: SuggestAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Waiting>;
  idle?: NodeJS.Timeout;
}

/** How long a thread waits for work before it ends, milliseconds. */
const IDLE_MS = 10 * 60_000;
/** Studies whose thread is remembered. */
const MAX_PLACES = 1000;

export class Threads implements Suggester {
  private readonly data: ThreadData;
  private readonly size: number;
  private readonly threads = new Set<Thread>();
  /** By study, the least recently asked first. */
  private readonly places = new Map<string, Thread>();
  private asked = 0;

  /** @param size threads at most, at least 1 */
  constructor(size: number, data: ThreadData) {
    this.size = size;
    this.data = data;
  }

  suggest(key: string, request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer> {
    const thread = this.places.get(key) ?? this.place();
    this.places.delete(key);
    this.places.set(key, thread);
    if (this.places.size > MAX_PLACES) this.places.delete(this.places.keys().next().value!);
    const id = this.asked++;
    clearTimeout(thread.idle);
    thread.worker.ref();
    return new Promise<SuggestAnswer>((resolve, reject) => {
      thread.pending.set(id, { resolve, reject });
      thread.worker.postMessage({ kind: 'ask', id, key, request, delta } satisfies ThreadOrder);
    });
  }

  forget(key: string): void {
    this.places.get(key)?.worker.postMessage({ kind: 'forget', key } satisfies ThreadOrder);
    this.places.delete(key);
  }

  /** The thread with the least to do: a new one where all have studies and there may be more. */
  private place(): Thread {
    const load = (thread: Thread): number => {
      const studies = [...this.places.values()].filter((each) => each === thread).length;
      return thread.pending.size * (MAX_PLACES + 1) + studies;
    };
    const least = [...this.threads].sort((a, b) => load(a) - load(b))[0];
    return least && (load(least) === 0 || this.threads.size >= this.size) ? least : this.start();
  }

  private start(): Thread {
    const worker = new Worker(threadEntry(import.meta.url, 'thread-program'), { workerData: this.data });
    const thread: Thread = { worker, pending: new Map() };
    this.threads.add(thread);
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => this.take(thread, answer));
    worker.on('error', (error) => this.lose(thread, String(error)));
    worker.on('exit', (code) => this.lose(thread, `it ended with code ${code}`));
    return thread;
  }

  private take(thread: Thread, answer: ThreadAnswer): void {
    const waiting = thread.pending.get(answer.id);
    thread.pending.delete(answer.id);
    if (thread.pending.size === 0) this.rest(thread);
    if ('answer' in answer) waiting?.resolve(answer.answer);
    else waiting?.reject(errorOf(answer.error));
  }

  private rest(thread: Thread): void {
    thread.worker.unref();
    thread.idle = setTimeout(() => {
      this.lose(thread, 'it had nothing to do');
      void thread.worker.terminate();
    }, IDLE_MS).unref();
  }

  private lose(thread: Thread, why: string): void {
    this.threads.delete(thread);
    clearTimeout(thread.idle);
    for (const [key, place] of this.places) if (place === thread) this.places.delete(key);
    for (const { reject } of thread.pending.values())
      reject(new TransientError(`the thread that computed a suggestion was lost: ${why}`));
    thread.pending.clear();
  }
}

/** The error that a thread met, as what decides by its class knows it. */
function errorOf({ name, message, stack }: { name: string; message: string; stack?: string }): Error {
  const known = [ColdCacheError, StudyDefinitionError, TransientError].find((each) => each.name === name);
  if (known) return new known(message);
  return Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) });
}
