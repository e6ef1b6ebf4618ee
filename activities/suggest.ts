/**
 * The suggest activity: keeps a session (rows and the sampler's cache) a study, brings it up to date by the ask's delta, and
 * answers. The cache is only speed: a request names by label what it builds on, anything else is answered with ColdCacheError and
 * comes back with everything.
 */
import { Context } from '@temporalio/activity';
import { readBlocks } from '../artifacts/archive.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { createStudySession, type StudySession } from '../samplers/study-session.ts';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { SuggestAnswer, SuggestRequest } from '../study/contract.ts';
import { ColdCacheError } from '../study/errors.ts';

interface Cached {
  readonly session: StudySession;
  label: string;
}

/** Sessions kept a worker; the least recently asked leaves first. */
const MAX_SESSIONS = 64;

/** @param samplers  those of this worker */
export function createSuggest(
  store: ArtifactStore,
  samplers: readonly Sampler[],
): (request: SuggestRequest, delta: Uint8Array) => Promise<SuggestAnswer> {
  const sessions = new Map<string, Cached>();

  const load = async (
    { epochs = [], label }: SuggestRequest,
    { definition, blocks }: NonNullable<SuggestRequest['full']>,
    inline: Uint8Array,
  ): Promise<Cached> => {
    const session = createStudySession(definition, epochs, samplers);
    for await (const rows of readBlocks(store, blocks)) session.push(rows);
    session.push(decodeRows(inline));
    return { session, label };
  };

  return async function suggest(request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer> {
    const key = [Context.current().info.workflowNamespace, request.study, request.firstRunId].join('\n');
    const cached = request.full
      ? await load(request, request.full, delta)
      : bringUpToDate(sessions.get(key), request, delta);
    sessions.delete(key);
    sessions.set(key, cached);
    if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value!);
    return cached.session.ask(request.asks);
  };
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
