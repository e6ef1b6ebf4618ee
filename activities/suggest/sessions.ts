/**
 * The sessions (rows and the sampler's cache) of the studies that one thread serves: each is brought up to date by its ask's delta, and
 * answers. They are only speed: a request names by label what it builds on, anything else is answered with ColdCacheError and comes
 * back with everything.
 */
import { readBlocks } from '../../artifacts/archive.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { createStudySession, type StudySession } from '../../samplers/study-session.ts';
import type { SuggestAnswer, SuggestRequest } from '../../study/contract.ts';
import { ColdCacheError } from '../../study/errors.ts';
import { decodeRows } from '../../study/ledger/blocks.ts';

/** Whoever computes suggestions, here or in another thread. */
export interface Suggester {
  /** @param key the study's, over its whole life */
  suggest(key: string, request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer>;
  /** Frees what is kept of a study. */
  forget(key: string): void;
}

interface Cached {
  readonly session: StudySession;
  label: string;
}

export class Sessions implements Suggester {
  private readonly cached = new Map<string, Cached>();
  private readonly store: ArtifactStore;
  private readonly samplers: readonly Sampler[];
  private readonly most: number;

  /** @param most sessions kept; the least recently asked leaves first */
  constructor(store: ArtifactStore, samplers: readonly Sampler[], most: number) {
    this.store = store;
    this.samplers = samplers;
    this.most = most;
  }

  async suggest(key: string, request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer> {
    const { full } = request;
    const cached = full ? await this.load(request, full, delta) : bringUpToDate(this.cached.get(key), request, delta);
    this.cached.delete(key);
    this.cached.set(key, cached);
    if (this.cached.size > this.most) this.cached.delete(this.cached.keys().next().value!);
    const { session } = cached;
    const answer = session.ask(request.asks, request.mayWait);
    if (!request.parameters) return answer;
    return { ...answer, parameters: request.parameters.map((slot) => session.parameter(slot)) };
  }

  forget(key: string): void {
    this.cached.delete(key);
  }

  private async load(
    { epochs = [], label }: SuggestRequest,
    { definition, blocks }: NonNullable<SuggestRequest['full']>,
    inline: Uint8Array,
  ): Promise<Cached> {
    const session = createStudySession(definition, epochs, this.samplers);
    for await (const rows of readBlocks(this.store, blocks)) session.push(rows);
    session.push(decodeRows(inline));
    return { session, label };
  }
}

function bringUpToDate(cached: Cached | undefined, { have, label, epochs }: SuggestRequest, delta: Uint8Array): Cached {
  // an attempt that was made, but whose answer was lost, left the rows in
  if (cached?.label === label) return cached;
  if (!cached || cached.label !== have)
    throw new ColdCacheError(`the row cache holds ${cached?.label ?? 'nothing'}, the ask builds on ${have}`);
  cached.session.push(decodeRows(delta), epochs);
  cached.label = label;
  return cached;
}
