/**
 * The suggester of studies whose sampler is another library's: their sessions are those of any study, with an oracle that knows what was
 * answered so far. An ask that needs more stops there, waits for the library's process, and is made again; asking changes nothing.
 */
import type { ArtifactStore } from '../../../artifacts/store.ts';
import { bridgedSamplers, isBridged } from '../../../samplers/bridged/bridged.ts';
import type { Call, Oracle } from '../../../samplers/bridged/call.ts';
import type { Sampler } from '../../../samplers/sampler.ts';
import { createStudySession } from '../../../samplers/study-session.ts';
import type { SuggestAnswer, SuggestRequest } from '../../../study/contract.ts';
import { ColdCacheError, SamplerFallbackError } from '../../../study/errors.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { Sessions, type Suggester } from '../sessions.ts';
import { LibraryProcess, type Outcome, type StudyFacts } from './library-process.ts';

/** Processes at work or at hand; one takes some 150 MB. The least recently asked is ended first. */
const MAX_PROCESSES = 8;
/** How long one waits for work before it ends, milliseconds. */
const IDLE_MS = 10 * 60_000;

interface Study {
  readonly sessions: Sessions;
  readonly facts: StudyFacts;
  /** What was answered in the ask at hand. */
  answered: { readonly call: Call; readonly outcome: Outcome }[];
  turn: Promise<unknown>;
}

export class Bridge implements Suggester {
  private readonly store: ArtifactStore;
  private readonly samplers: readonly Sampler[];
  /** By study; the least recently asked first. */
  private readonly studies = new Map<string, Study>();
  /** By study and what it wants; the least recently asked first. */
  private readonly processes = new Map<string, LibraryProcess>();
  private readonly idle = new Map<string, NodeJS.Timeout>();
  private readonly most: number;

  /** @param most  studies kept */
  constructor(store: ArtifactStore, samplers: readonly Sampler[], most: number) {
    this.store = store;
    this.samplers = samplers;
    this.most = most;
  }

  async suggest(key: string, request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer> {
    const study = this.studyOf(key, request);
    // an attempt that was given up may still be waiting for an answer
    const result = study.turn.then(() => this.answerTo(key, study, request, delta));
    study.turn = result.catch(() => {});
    return result;
  }

  forget(key: string): void {
    this.studies.delete(key);
    for (const name of this.processes.keys()) if (name.startsWith(`${key}\n`)) this.end(name, 'its study is elsewhere');
  }

  private studyOf(key: string, { full, have }: SuggestRequest): Study {
    const known = this.studies.get(key);
    if (!known && !full) throw new ColdCacheError(`the row cache holds nothing, the ask builds on ${have}`);
    const study = known ?? this.begin(full!.definition);
    this.studies.delete(key);
    this.studies.set(key, study);
    if (this.studies.size > this.most) this.forget(this.studies.keys().next().value!);
    return study;
  }

  private begin(definition: StudyDefinition): Study {
    const answered = (call: Call): Outcome | undefined =>
      study.answered.find((each) => sameCall(each.call, call))?.outcome;
    const samplers = withOracle(this.samplers, answered);
    const study: Study = {
      sessions: new Sessions(this.store, samplers, 1),
      facts: factsOf(definition),
      answered: [],
      turn: Promise.resolve(),
    };
    return study;
  }

  private async answerTo(
    key: string,
    study: Study,
    request: SuggestRequest,
    delta: Uint8Array,
  ): Promise<SuggestAnswer> {
    study.answered = [];
    let next = request;
    for (;;) {
      try {
        return await study.sessions.suggest(key, next, delta);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        // the rows are there now
        const { full: _rows, ...again } = request;
        next = again;
        const { call } = error;
        const outcome = await this.processOf(`${key}\n${JSON.stringify(call.spec)}`, study.facts).ask(call);
        study.answered.push({ call, outcome });
      }
    }
  }

  private processOf(name: string, facts: StudyFacts): LibraryProcess {
    const process = this.processes.get(name) ?? new LibraryProcess(facts);
    this.processes.delete(name);
    this.processes.set(name, process);
    clearTimeout(this.idle.get(name));
    this.idle.set(name, setTimeout(() => this.rest(name), IDLE_MS).unref());
    const spare = [...this.processes].filter(([, each]) => each !== process && !each.isBusy);
    for (const [each] of spare.slice(0, Math.max(0, this.processes.size - MAX_PROCESSES)))
      this.end(each, 'there are too many');
    return process;
  }

  private rest(name: string): void {
    if (this.processes.get(name)?.isBusy) this.idle.set(name, setTimeout(() => this.rest(name), IDLE_MS).unref());
    else this.end(name, 'it had nothing to do');
  }

  private end(name: string, why: string): void {
    this.processes.get(name)?.end(why);
    this.processes.delete(name);
    clearTimeout(this.idle.get(name));
    this.idle.delete(name);
  }
}

/** Starts the library that a definition's first trial would be asked of. @throws StudyDefinitionError where it cannot serve the study, in words */
export async function checkLibrary(definition: StudyDefinition, samplers: readonly Sampler[]): Promise<void> {
  const { space, sampler, parallel } = definition;
  const epochs = [{ seq: 0, space, sampler, parallel, was: {} }];
  const session = createStudySession(
    definition,
    epochs,
    withOracle(samplers, () => undefined),
  );
  try {
    session.ask([{ number: 0, asOf: 0 }]);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    const process = new LibraryProcess(factsOf(definition));
    try {
      await process.check(error.call);
    } finally {
      process.end('it was only tried');
    }
  }
}

/** An ask that has to wait for a library. */
class Unanswered extends Error {
  readonly call: Call;
  constructor(call: Call) {
    super(`${call.spec.library} has not been asked yet`);
    this.call = call;
  }
}

function withOracle(samplers: readonly Sampler[], answered: (call: Call) => Outcome | undefined): readonly Sampler[] {
  const oracle: Oracle = (call) => {
    const outcome = answered(call);
    if (!outcome) throw new Unanswered(call);
    if ('failed' in outcome) throw new SamplerFallbackError(`${call.spec.library}: ${outcome.failed}`);
    return outcome;
  };
  return [...samplers.filter((each) => !isBridged(each)), ...bridgedSamplers(oracle)];
}

function factsOf({ seed, objectives, scalarize }: StudyDefinition): StudyFacts {
  return { seed, goals: scalarize ? ['minimize'] : objectives.map(({ goal }) => goal) };
}

function sameCall(a: Call, b: Call): boolean {
  return (
    a.log.length === b.log.length &&
    JSON.stringify(a.ask) === JSON.stringify(b.ask) &&
    a.log.every((line, i) => line === b.log[i]) &&
    JSON.stringify(a.spec) === JSON.stringify(b.spec)
  );
}
