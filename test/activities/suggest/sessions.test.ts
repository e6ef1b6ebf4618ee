import { describe, expect, it } from 'vitest';
import { Sessions } from '../../../activities/suggest/sessions.ts';
import { fileStore } from '../../../artifacts/store.ts';
import { BUILT_IN } from '../../../samplers/registry.ts';
import type { SuggestRequest } from '../../../study/contract.ts';
import { ColdCacheError } from '../../../study/errors.ts';
import { encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import { definitionOf } from '../../study/definitions.ts';

const definition = definitionOf();
const { space, sampler, parallel } = definition;
const empty = encodeRows([], shapeOf(definition), false);
const request: SuggestRequest = { study: 's', firstRunId: 'r', label: 'b', asks: [{ number: 0, asOf: 0 }] };
const epochs = [{ seq: 0, space, sampler, parallel, was: {} }];
const full: SuggestRequest = { ...request, label: 'a', epochs, full: { definition, blocks: [] } };

describe('sessions', () => {
  it('are kept up to a number; the least recently asked leaves first', async () => {
    const sessions = new Sessions(fileStore('/nowhere'), BUILT_IN, 2);
    const warm = (key: string): Promise<unknown> => sessions.suggest(key, { ...request, have: 'a' }, empty);
    await sessions.suggest('one', full, empty);
    await sessions.suggest('two', full, empty);
    await warm('one');
    await sessions.suggest('three', full, empty);
    await expect(warm('two')).rejects.toThrow(ColdCacheError);
    await expect(warm('one')).resolves.toMatchObject({ suggestions: [{}] });
    await expect(warm('three')).resolves.toMatchObject({ suggestions: [{}] });
  });

  it('are gone once they are forgotten, and hold what an attempt left in them whose answer was lost', async () => {
    const sessions = new Sessions(fileStore('/nowhere'), BUILT_IN, 2);
    const first = await sessions.suggest('one', full, empty);
    await expect(sessions.suggest('one', { ...request, label: 'a', have: 'earlier' }, empty)).resolves.toEqual(first);
    await expect(sessions.suggest('one', { ...request, have: 'other' }, empty)).rejects.toThrow(
      'the row cache holds a, the ask builds on other',
    );
    sessions.forget('one');
    await expect(sessions.suggest('one', { ...request, have: 'a' }, empty)).rejects.toThrow(
      'the row cache holds nothing, the ask builds on a',
    );
  });
});
