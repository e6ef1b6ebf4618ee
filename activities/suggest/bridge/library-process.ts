/**
 * A library at work on one study, in a process of its own (python/durable_tune/bridge). It has lived through the beginning of the study's log;
 * an ask brings the rest. Where the log is another than the one it lived through, or the process is gone, a new one lives through all of it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Answer, Call } from '../../../samplers/bridged/call.ts';
import { recalled } from '../../../samplers/bridged/log.ts';
import { StudyDefinitionError, TransientError } from '../../../study/errors.ts';
import { LineProcess, type Said } from './line-process.ts';

/** What of a study no sampler knows, but a library: where its random numbers come from, and which objectives are maximised. */
export interface StudyFacts {
  readonly seed: number;
  readonly goals: readonly ('minimize' | 'maximize')[];
}

/** An answer, or in words how the library failed: the same whenever it is asked. */
export type Outcome = Answer | { readonly failed: string };

interface Asked {
  readonly ask: Call['ask'];
  readonly answer: Answer;
}

export class LibraryProcess {
  private readonly facts: StudyFacts;
  private process: LineProcess | undefined;
  private versions = '';
  /** Lines of the log that it has lived through. */
  private lived: string[] = [];
  /** By replay, the ask that came after them. */
  private asked: Asked | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(facts: StudyFacts) {
    this.facts = facts;
  }

  get isBusy(): boolean {
    return this.process?.isBusy === true;
  }

  /** Undefined while there is no process. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /**
   * @throws StudyDefinitionError where the library refuses the study, TransientError where it is not there, lost, or says something else
   * than it did
   */
  ask(call: Call): Promise<Outcome> {
    return this.inTurn(() => this.answerTo(call));
  }

  /** Starts the library without asking it. @throws StudyDefinitionError where it refuses the study, or is not there */
  async check(call: Call): Promise<void> {
    try {
      await this.inTurn(() => this.open(call));
    } catch (error) {
      throw error instanceof TransientError ? new StudyDefinitionError(error.message, { cause: error }) : error;
    }
  }

  end(why: string): void {
    this.process?.end(why);
    this.process = this.asked = undefined;
    this.lived = [];
  }

  /** One ask after the other: an attempt that was given up may still be at it. */
  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.turn.then(run);
    this.turn = result.catch(() => {});
    return result;
  }

  private async answerTo(call: Call): Promise<Outcome> {
    if (this.asked && JSON.stringify(this.asked.ask) === JSON.stringify(call.ask) && sameLog(this.lived, call.log))
      return this.asked.answer;
    if (!this.process || this.process.isLost || !this.goesOnTo(call)) await this.open(call);
    const { process } = this;
    const { log, ask, spec } = call;
    let at = this.lived.length;
    const answers: Promise<Said>[] = [];
    if (this.asked) {
      const { number, x } = { number: this.asked.ask.ask, x: (JSON.parse(log[at++]!) as { x: unknown }).x };
      answers.push(process!.say(JSON.stringify({ is: number, x })));
    }
    for (; at < log.length; at++) answers.push(process!.say(log[at]!));
    answers.push(process!.say(JSON.stringify(ask)));
    this.asked = undefined;
    try {
      let said: Said = {};
      // the first fault counts
      for (const each of settled(answers)) said = checked(await each);
      this.lived = [...log];
      const answer: Answer = { x: said['x'] as Answer['x'], versions: this.versions };
      if (spec.exact === 'replay') this.asked = { ask, answer };
      return answer;
    } catch (error) {
      this.end('its study could not go on');
      if (error instanceof LibraryFailure) return { failed: error.message };
      throw error;
    }
  }

  /** Whether the log begins with what the process lived through, its last ask among it. */
  private goesOnTo({ log }: Call): boolean {
    const { lived, asked } = this;
    if (lived.length > log.length || !sameLog(lived, log.slice(0, lived.length))) return false;
    if (!asked) return true;
    const { ask: number, fixed } = asked.ask;
    const next = log[lived.length];
    // as it was asked for, whatever became of it
    return next?.startsWith(recalled(number, fixed, []).replace(/\]\}$/, '')) === true;
  }

  private async open({ spec, python, timeout }: Call): Promise<void> {
    this.end('it starts afresh');
    const { objectives: _count, ...rest } = spec;
    const { seed, goals } = this.facts;
    this.process = new LineProcess(python, [programPath()], QUIET, timeout * 1000);
    const open = { ...rest, goals, seed: seed % 4_294_967_296 };
    try {
      this.versions = String(checked(await this.process.say(JSON.stringify({ open })))['ready']);
    } catch (error) {
      this.end('it did not begin');
      if (error instanceof LibraryFailure) throw new TransientError(`${spec.library}: ${error.message}`);
      throw error;
    }
  }
}

class LibraryFailure extends Error {}

function checked(said: Said): Said {
  const { error, kind } = said;
  if (error === undefined) return said;
  const words = typeof error === 'string' ? error : JSON.stringify(error);
  switch (kind) {
    case 'refused':
      throw new StudyDefinitionError(words);
    case 'missing':
      throw new TransientError(words);
    case 'diverged':
      throw new TransientError(
        `${words}: a replay needs the versions that the trials were suggested with; install them, ` +
          'or set the sampler anew (dtune set STUDY --sampler) with exact: reseed, which goes on from the rows',
      );
    case 'failed':
      throw new LibraryFailure(words);
    default:
      throw new TransientError(words);
  }
}

/** Nobody has to wait for those after the first that fails. */
function settled(promises: readonly Promise<Said>[]): readonly Promise<Said>[] {
  for (const promise of promises) promise.catch(() => {});
  return promises;
}

function sameLog(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}

/** Bits must not depend on how many threads sum up, or on how sets are ordered. */
const QUIET = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  PYTHONHASHSEED: '0',
  PYTHONIOENCODING: 'utf-8',
};

/** In a source tree, and in the published package, whose programs lie one folder deeper. */
function programPath(): string {
  const places = ['../../..', '../../../..'].map((up) =>
    fileURLToPath(new URL(`${up}/python/durable_tune/bridge`, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? places[0]!;
}
