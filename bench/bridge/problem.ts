/** The problem of bench/bridge/plain.py, and a study of it whose suggest activity is the worker's own. */
import { MockActivityEnvironment } from '@temporalio/testing';
import type { createSuggest } from '../../activities/suggest.ts';
import type { SuggestRequest } from '../../study/contract.ts';
import { defineStudy } from '../../study/definition.ts';
import { encodeRows, shapeOf } from '../../study/ledger/blocks.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { fromBase64 } from '../../study/wording/base64.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { SamplerSyntax } from '../../study/syntax/input.ts';

const COST = [0.2, 0, 0.1];

/** [rate, width, mix, place of kind]. */
export type Tried = readonly number[];

export type Library = 'optuna' | 'hyperopt' | 'skopt' | 'bayes_opt';

/** What of a library does the suggesting, as a study names it. */
export function samplerSyntax(
  library: Library,
  sampler: string,
  python: string,
  more: Readonly<Record<string, string | number>> = {},
): SamplerSyntax {
  const own = {
    optuna: { sampler },
    hyperopt: { algo: sampler },
    skopt: { options: { base_estimator: sampler } },
    bayes_opt: { acquisition: sampler },
  };
  return { [library]: { ...own[library], python, ...more } };
}

export function bridgeStudy(sampler: SamplerSyntax, seed: number): StudyDefinition {
  return defineStudy(
    {
      name: 'bridge',
      space: {
        rate: { float: [1e-4, 1], scale: 'log' },
        width: { int: [1, 32] },
        mix: { float: [0, 1] },
        kind: { choice: ['sgd', 'adam', 'rmsprop'] },
      },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { function: 'none' },
      sampler,
      stop: { trials: 1_000 },
      seed,
    },
    { directory: '/' },
  );
}

/** Nothing but what every processor rounds alike. */
export function loss([rate, width, mix, kind]: Tried): number {
  const [a, b, c] = [rate! - 0.1, (width! - 12) / 32, mix! - 0.3];
  return a * a + b * b + c * c + COST[kind!]!;
}

/**
 * One trial after another, as the study's workflow asks for them: with everything where another worker is to answer, else with what is new.
 *
 * @param suggestAt  the worker that answers for a trial
 * @param before  something done before a trial is asked for
 */
export async function play(
  definition: StudyDefinition,
  trials: number,
  suggestAt: (trial: number) => ReturnType<typeof createSuggest>,
  before?: { readonly at: number; readonly act: () => Promise<void> },
): Promise<readonly Tried[]> {
  const { space, sampler, parallel } = definition;
  const shape = shapeOf(definition);
  const environment = new MockActivityEnvironment();
  const rows: LedgerRow[] = [];
  let last: ReturnType<typeof createSuggest> | undefined;
  for (let number = 0; number < trials; number++) {
    if (number === before?.at) await before.act();
    const suggest = suggestAt(number);
    const request: SuggestRequest = {
      study: definition.name,
      firstRunId: 'run',
      label: String(number),
      asks: [{ number, asOf: 2 * number }],
      ...(suggest === last
        ? { have: String(number - 1) }
        : { epochs: [{ seq: 0, space, sampler, parallel, was: {} }], full: { definition, blocks: [] } }),
    };
    const delta = encodeRows(suggest === last ? rows.slice(-1) : rows, shape, false);
    const answer = (await environment.run(suggest, request, delta)) as Awaited<ReturnType<typeof suggest>>;
    last = suggest;
    const [suggested] = answer.suggestions;
    const { x, seed, memo, fallback } = suggested!;
    if (fallback !== undefined) throw new Error(`trial ${number} is a fallback: ${fallback}`);
    rows.push({
      number,
      state: 'complete',
      origin: 'sampler',
      x: Float64Array.from(x, (value) => value ?? NaN),
      space: 1,
      sampler: answer.sampler,
      seed,
      asOf: 2 * number,
      closed: 2 * number + 1,
      values: [loss(x as Tried)],
      reports: [],
      attempts: 1,
      ...(memo !== undefined && { memo: fromBase64(memo) }),
    });
  }
  return rows.map(({ x }) => [...x]);
}
