/** A study that asks the activity as its workflow does: by delta, and with everything where the cache is cold. */
import { MockActivityEnvironment } from '@temporalio/testing';
import type { createSuggest } from '../../../activities/suggest.ts';
import { fromBase64 } from '../../../study/wording/base64.ts';
import type { SuggestAnswer, SuggestRequest } from '../../../study/contract.ts';
import { encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import type { Epoch } from '../../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import type { StudyDefinition } from '../../../study/study.ts';

export class Asking {
  readonly definition: StudyDefinition;
  readonly epochs: Epoch[];
  readonly rows: LedgerRow[] = [];
  /** Asks that came back with everything. */
  cold = 0;
  readonly environment: MockActivityEnvironment = new MockActivityEnvironment();
  private readonly suggest: ReturnType<typeof createSuggest>;
  private have: string | undefined;
  private sent = 0;
  private known = 0;

  constructor(suggest: ReturnType<typeof createSuggest>, definition: StudyDefinition) {
    const { space, sampler, parallel } = definition;
    this.suggest = suggest;
    this.definition = definition;
    this.epochs = [{ seq: 0, space, sampler, parallel, was: {} }];
  }

  /** The next trial, asked for and ended. @returns its numbers */
  async next(): Promise<readonly (number | null)[]> {
    const number = this.rows.length;
    const { suggestions, sampler } = await this.ask();
    const [{ x, seed, memo }] = suggestions;
    const [first] = (x as number[]) ?? [];
    this.rows.push({
      number,
      state: 'complete',
      origin: 'sampler',
      x: Float64Array.from(x, (value) => value ?? NaN),
      space: this.epochs.at(-1)!.space.version,
      sampler,
      seed,
      asOf: number * 2,
      closed: number * 2 + 1,
      values: [first],
      reports: [],
      attempts: 1,
      ...(memo !== undefined && { memo: fromBase64(memo) }),
    });
    return x;
  }

  /** Asks for the next trials without ending anything. */
  async ask(trials = 1): Promise<SuggestAnswer> {
    const { definition, epochs, rows } = this;
    const shape = shapeOf(definition);
    const number = rows.length;
    const label = `${number} of ${epochs.length}`;
    const begun = epochs.slice(this.known);
    const asks = Array.from({ length: trials }, (_, i) => ({ number: number + i, asOf: number * 2 }));
    const request = { study: definition.name, firstRunId: 'run', label, asks };
    const full = (): Promise<SuggestAnswer> =>
      this.run({ ...request, epochs: [...epochs], full: { definition, blocks: [] } }, encodeRows(rows, shape, false));
    const delta = encodeRows(rows.slice(this.sent), shape, false);
    const answer =
      this.have === undefined
        ? await full()
        : await this.run({ ...request, have: this.have, ...(begun.length > 0 && { epochs: begun }) }, delta).catch(
            (error: Error) => {
              if (error.name !== 'ColdCacheError') throw error;
              this.cold++;
              return full();
            },
          );
    this.have = label;
    this.sent = rows.length;
    this.known = epochs.length;
    return answer;
  }

  private run(request: SuggestRequest, delta: Uint8Array): Promise<SuggestAnswer> {
    return this.environment.run(this.suggest, request, delta) as Promise<SuggestAnswer>;
  }
}
