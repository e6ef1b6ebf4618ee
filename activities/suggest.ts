/**
 * The suggest activity: has a study's next trials suggested, on the worker's own thread or, where the sampler says that an ask takes
 * long, in one of a few others, or by a process that has another library (suggest/bridge). Where it is computed changes no bit of an answer (I2); a study that moves finds a cold cache.
 */
import { availableParallelism } from 'node:os';
import { Context } from '@temporalio/activity';
import { openStore } from '../artifacts/store.ts';
import { problemOf } from '../samplers/check.ts';
import { isBridged } from '../samplers/bridged/bridged.ts';
import { BUILT_IN } from '../samplers/registry.ts';
import { namedSamplers, resolveSampler } from '../samplers/resolve.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { SuggestAnswer, SuggestRequest } from '../study/contract.ts';
import { ColdCacheError, TransientError } from '../study/errors.ts';
import { epochAt, type Epoch } from '../study/ledger/ledger.ts';
import type { StudyDefinition } from '../study/study.ts';
import { Bridge } from './suggest/bridge/bridge.ts';
import { Sessions, type Suggester } from './suggest/sessions.ts';
import { Threads } from './suggest/threads.ts';

/** Sessions kept a worker on its own thread, and as many in all others together. */
const MAX_SESSIONS = 64;

export interface SuggestOptions {
  /** Folder or s3://BUCKET/PREFIX of the artifact store. */
  readonly artifacts: string;
  /** Those of this worker. */
  readonly samplers: readonly Sampler[];
  /** Threads for asks that take long; 0: none, the worker's own computes them all. Default: one less than there are cores, at least 1. */
  readonly threads?: number;
}

type Suggest = (request: SuggestRequest, delta: Uint8Array) => Promise<SuggestAnswer>;

export function createSuggest({ artifacts, samplers, threads = defaultThreads() }: SuggestOptions): Suggest {
  const here = new Sessions(openStore(artifacts), samplers, MAX_SESSIONS);
  const modules = samplers.flatMap(({ module: url, name }) => (url === undefined ? [] : [{ url, name }]));
  const most = Math.ceil(MAX_SESSIONS / Math.max(1, threads));
  const there = threads > 0 ? new Threads(threads, { artifacts, modules, most }) : undefined;
  const bridge = new Bridge(openStore(artifacts), samplers, MAX_SESSIONS);
  const studies = new Map<string, Known>();

  return async function suggest(request, delta) {
    const context = Context.current();
    const key = [context.info.workflowNamespace, request.study, request.firstRunId].join('\n');
    const known = knownAfter(studies.get(key), request);
    studies.delete(key);
    studies.set(key, known);
    if (studies.size > 2 * MAX_SESSIONS) studies.delete(studies.keys().next().value!);
    const place: Suggester = isOfLibrary(known, request, samplers)
      ? bridge
      : there && takesLong(known, request, samplers)
        ? there
        : here;
    if (known.place !== undefined && known.place !== place) known.place.forget(key);
    known.place = place;
    return Promise.race([place.suggest(key, request, delta), ended(context)]);
  };
}

/** Who is told to end does not wait for the numbers. */
function ended(context: Context): Promise<never> {
  return context.cancelled.catch((error: unknown) => {
    const { cancellationDetails: details } = context;
    if (details?.cancelRequested || details?.paused || details?.reset || details?.notFound) throw error;
    throw new TransientError('the worker ended while it computed a suggestion');
  });
}

/** What it takes to know the sampler of an ask. */
interface Known {
  readonly definition: StudyDefinition;
  readonly epochs: readonly Epoch[];
  place?: Suggester;
}

function knownAfter(known: Known | undefined, { full, epochs = [], have }: SuggestRequest): Known {
  if (full) return { definition: full.definition, epochs, ...(known?.place && { place: known.place }) };
  if (!known) throw new ColdCacheError(`this worker does not know the study, the ask builds on ${have}`);
  const last = known.epochs.at(-1)?.seq ?? -1;
  // an attempt that was made before has brought them
  const begun = epochs.filter(({ seq }) => seq > last);
  return begun.length === 0 ? known : { ...known, epochs: [...known.epochs, ...begun] };
}

/** The definition as of the trials that are asked for; undefined where there are none. */
function wantedBy({ definition, epochs }: Known, { asks: [first] }: SuggestRequest): StudyDefinition | undefined {
  if (!first) return undefined;
  const { space, sampler, parallel } = epochAt(epochs, first.asOf);
  return { ...definition, space, sampler, parallel };
}

function isOfLibrary(known: Known, request: SuggestRequest, samplers: readonly Sampler[]): boolean {
  const wanted = wantedBy(known, request);
  return wanted !== undefined && namedSamplers(wanted, samplers).some(isBridged);
}

function takesLong(known: Known, request: SuggestRequest, samplers: readonly Sampler[]): boolean {
  const wanted = wantedBy(known, request);
  if (!wanted) return false;
  // functions cannot travel, the address of their module can
  const travels = (each: Sampler): boolean => BUILT_IN.includes(each) || each.module !== undefined;
  if (!namedSamplers(wanted, samplers).every(travels)) return false;
  if (wanted.stop.regret !== undefined) return true;
  return resolveSampler(wanted, samplers).sampler.heavy?.(request.asks[0]!.number, problemOf(wanted)) === true;
}

function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}
