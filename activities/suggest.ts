/**
 * The suggest activity: keeps a session (rows and the sampler's cache) a study, brings it up to date by the ask's delta, and
 * answers. The cache is only speed: a request names by label what it builds on, anything else is answered with ColdCacheError and
 * comes back with everything.
 */
import { Context } from '@temporalio/activity';
import { readBlocks } from '../artifacts/archive.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { createSession, type Session } from '../samplers/session.ts';
import { samplerRow } from '../samplers/rows.ts';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { SuggestAnswer, SuggestRequest } from '../study/contract.ts';
import { ColdCacheError } from '../study/errors.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';

interface Cached {
  readonly definition: StudyDefinition;
  readonly session: Session;
  label: string;
}

/** Sessions kept a worker; the least recently asked leaves first. */
const MAX_SESSIONS = 64;

export function createSuggest(
  store: ArtifactStore,
): (request: SuggestRequest, delta: Uint8Array) => Promise<SuggestAnswer> {
  const sessions = new Map<string, Cached>();

  return async function suggest(request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer> {
    const key = [Context.current().info.workflowNamespace, request.study, request.firstRunId].join('\n');
    const cached = request.full
      ? await load(store, request.full, delta, request.label)
      : bringUpToDate(sessions.get(key), request, delta);
    sessions.delete(key);
    sessions.set(key, cached);
    if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value!);
    return cached.session.ask(request.asks);
  };
}

async function load(
  store: ArtifactStore,
  { definition, blocks }: NonNullable<SuggestRequest['full']>,
  inline: Uint8Array,
  label: string,
): Promise<Cached> {
  const session = createSession(definition);
  const push = (rows: readonly LedgerRow[]): void => session.push(rows.map((row) => samplerRow(definition, row)));
  for await (const rows of readBlocks(store, blocks)) push(rows);
  push(decodeRows(inline));
  return { definition, session, label };
}

function bringUpToDate(cached: Cached | undefined, { have, label }: SuggestRequest, delta: Uint8Array): Cached {
  // an attempt that was made, but whose answer was lost, left the rows in
  if (cached?.label === label) return cached;
  if (!cached || cached.label !== have)
    throw new ColdCacheError(`the row cache holds ${cached?.label ?? 'nothing'}, the ask builds on ${have}`);
  cached.session.push(decodeRows(delta).map((row) => samplerRow(cached.definition, row)));
  cached.label = label;
  return cached;
}
