/** What a person or a program changes in an open study. Each change is logged with who, when and why; a refused one changes nothing. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AUTO, settledSampler } from '../study/auto-sampler.ts';
import { UPDATES, type StudyStatus } from '../study/contract.ts';
import { defineSampler, defineSpace } from '../study/definition.ts';
import { compileSpace } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { isChecked } from '../study/ledger/apply.ts';
import type { BudgetChange } from '../study/ledger/budget.ts';
import type { Edit, EditRequest } from '../study/ledger/edits.ts';
import type { TellRequest } from '../study/ledger/leases.ts';
import { fullParams } from '../study/models.ts';
import { flat } from '../study/space/point.ts';
import type { SpaceSchema } from '../study/schema.ts';
import type { Params } from '../study/space/space.ts';
import type { ForbidSyntax } from '../study/syntax/forbid.ts';
import type { SamplerSyntax } from '../study/syntax/input.ts';
import type { SpaceSyntax } from '../study/syntax/space.ts';
import { tellLease } from './lending.ts';
import type { StudyReader } from './study-reader.ts';
import { sendUpdate } from './updates.ts';

export interface EditOptions {
  readonly who?: string;
  readonly why?: string;
  /** order `trial`: number of the first trial that sees the edit; absent: the next one to be opened. */
  readonly at?: number;
  /** The sender's own: the same id again is the same edit. Default: a new one. */
  readonly requestId?: string;
}

/** Some of the parameters; what is missing is sampled. Parameters that no type knows are already that. */
export type Partly<P> = string extends keyof P
  ? P
  : { readonly [K in keyof P]?: P[K] extends readonly unknown[] ? P[K] : P[K] | Partly<P[K]> };

const POLL_MS = 100;

export class StudyEditor<P> {
  protected readonly reader: StudyReader;

  constructor(reader: StudyReader) {
    this.reader = reader;
  }

  get name(): string {
    return this.reader.name;
  }

  /** No trial starts any more. Those in flight finish, or with `now` end with their checkpoints and go on from there afterwards. */
  pause({ now = false, ...options }: EditOptions & { readonly now?: boolean } = {}): Promise<StudyStatus> {
    return this.edit({ kind: 'pause', now }, options);
  }

  resume(options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'resume' }, options);
  }

  /** Ends the study: trials in flight finish, or with `now` are recorded as paused. A study that has closed stays as it is. */
  async stop({ now = false, ...options }: EditOptions & { readonly now?: boolean } = {}): Promise<void> {
    try {
      await this.edit({ kind: 'stop', now }, options);
    } catch (error) {
      if (!(error instanceof StudyDefinitionError) || (await this.reader.run())?.isOpen) throw error;
      if (!(await this.reader.archive())) await this.reader.unknown();
    }
  }

  /** Changes stopping rules; those not named stay, null takes one away. */
  setBudget(stop: BudgetChange, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'budget', stop }, options);
  }

  /** @param parallel trials in flight together, 1 to 1,000 */
  setParallel(parallel: number, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'parallel', parallel }, options);
  }

  /** Trials to be tried next, in this order; parameters that are missing are sampled. */
  async enqueue(trials: readonly Partly<P>[], options?: EditOptions): Promise<StudyStatus> {
    const params = await Promise.all(trials.map((trial) => this.flat(trial)));
    return this.edit({ kind: 'enqueue', trials: params.map((each) => ({ params: each, baseline: false })) }, options);
  }

  /** A result from outside, of a point that this study did not ask for: a sampler learns from it, the budget does not count it. */
  async add(params: P, result: unknown, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'tell', params: await this.flat(params), result }, options);
  }

  /** Ends an open trial as failed; it does not count against maxFailures. */
  cancelTrial(number: number, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'cancel', number }, options);
  }

  /** Ends an open trial as failed; it counts against maxFailures. */
  failTrial(number: number, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'fail', number }, options);
  }

  /** A failed trial's parameters once more, as a new trial, the next one to be tried; it goes on from the failed one's checkpoint. */
  retryTrial(number: number, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'retry', number }, options);
  }

  /** `auto` is the one that the rule chooses for the study as it is now (study/auto-sampler.ts). */
  async setSampler(sampler: SamplerSyntax, options?: EditOptions): Promise<StudyStatus> {
    const named = defineSampler(sampler);
    const settled = named.name === AUTO ? settledSampler((await this.reader.edits()).definition, named) : named;
    return this.edit({ kind: 'sampler', sampler: settled }, options);
  }

  /**
   * Replaces the search space. Trials so far keep the values of parameters that stay; `was` says what new ones were worth in them.
   * Those that are not in the new space are not seen by the sampler any more.
   */
  async setSpace(
    space: SpaceSyntax | SpaceSchema,
    {
      forbid,
      was = {},
      ...options
    }: EditOptions & { readonly forbid?: readonly ForbidSyntax[]; readonly was?: Params } = {},
  ): Promise<StudyStatus> {
    const { definition } = await this.reader.edits();
    const defined = { ...defineSpace(space, forbid), version: definition.space.version + 1 };
    return this.edit({ kind: 'space', space: defined, was }, options);
  }

  /** Lets a promotion that waits for a person's word be carried out. */
  approve(options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'approve' }, options);
  }

  /** Has a promotion that waits for a person's word not be carried out. */
  reject(options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'reject' }, options);
  }

  /** A remark in the log, on the study or on one trial. */
  note(text: string, { number, ...options }: EditOptions & { readonly number?: number } = {}): Promise<StudyStatus> {
    return this.edit({ kind: 'note', text, ...(number !== undefined && { number }) }, options);
  }

  /** Sets tags; null takes one away. */
  tag(tags: Readonly<Record<string, string | null>>, options?: EditOptions): Promise<StudyStatus> {
    return this.edit({ kind: 'tag', tags }, options);
  }

  /**
   * Changes the study (study/ledger/edits.ts), and waits until it has taken the change in.
   * @throws StudyDefinitionError where it is refused: then nothing has changed
   */
  async edit(edit: Edit, { who, why, at, requestId = randomUUID() }: EditOptions = {}): Promise<StudyStatus> {
    const request: EditRequest = {
      requestId,
      edit,
      ...(who !== undefined && { who }),
      ...(why !== undefined && { why }),
      ...(at !== undefined && { at }),
    };
    const status = await sendUpdate<StudyStatus>(this.reader, UPDATES.edit, `edit ${requestId}`, request);
    // what no worker has to check has its answer
    while (isChecked(edit.kind)) {
      const log = await this.reader.edits();
      const entry = log.edits.find((each) => each.requestId === requestId);
      if (entry?.refused !== undefined) throw new StudyDefinitionError(entry.refused);
      if (!entry?.checking) break;
      await delay(POLL_MS);
    }
    return status;
  }

  /** Tells how a borrowed trial ended, renews its lease, or gives it back. @throws StudyDefinitionError where it is refused */
  tell(lease: string, outcome: TellRequest['outcome']): Promise<StudyStatus> {
    return tellLease(this.reader, { lease, outcome });
  }

  protected async flat(params: unknown): Promise<Params> {
    const { definition } = await this.reader.edits();
    const compiled = compileSpace(definition.space);
    return fullParams(compiled, flat(compiled, params));
  }
}
