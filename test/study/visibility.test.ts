import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StudyStatus } from '../../study/contract.ts';
import {
  askSummary,
  attributesOf,
  batchSummary,
  detailsOf,
  isWorthAnEvent,
  poolDetails,
  studySummary,
  trialSummary,
  type Attributes,
} from '../../study/visibility.ts';
import { utf8Bytes } from '../../study/wording/utf8.ts';
import { definitionOf } from './definitions.ts';

const status = (changes: Partial<StudyStatus> = {}): StudyStatus => ({
  study: 's',
  status: 'running',
  counts: { complete: 2, pruned: 1, failed: 1, infeasible: 0 },
  running: 3,
  waiting: 0,
  told: 0,
  tags: {},
  asked: 7,
  startedAt: '2026-01-01T00:00:00.000Z',
  best: { number: 1, params: { lr: 0.01 }, values: { loss: 0.5, size: 3 } },
  front: [],
  trials: 10,
  ...changes,
});

describe('summaries', () => {
  it('say which trials, in a line', () => {
    expect(trialSummary(17, { lr: 0.010000001, name: 'adam', on: true, order: ['a', 'b'] })).toBe(
      'trial 17: lr=0.01 name=adam on=true order=["a","b"]',
    );
    expect(batchSummary([16, 17, 18, 20, 31])).toBe('trials 16–18, 20, 31');
    expect(askSummary([4])).toBe('ask for 4');
    expect(studySummary(definitionOf({ name: 'digits' }))).toBe(
      'digits: minimize loss over 2 parameters with random, 10 trials',
    );
  });

  it('take at most the 400 bytes that the server does, whatever the parameters hold', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', maxLength: 300 })),
        (params) => {
          expect(utf8Bytes(trialSummary(3, params))).toBeLessThanOrEqual(400);
          expect(new TextEncoder().encode(trialSummary(3, params)).length).toBeLessThanOrEqual(400);
        },
      ),
      { seed: 1 },
    );
    expect(utf8Bytes(batchSummary(Array.from({ length: 1000 }, (_, i) => 2 * i)))).toBe(400);
  });
});

describe('attributesOf', () => {
  it('has the first objective of the best trial, and the trials that count', () => {
    expect(attributesOf(status())).toEqual({ DtuneStatus: 'running', DtuneBest: 0.5, DtuneTrials: 3 });
    expect(attributesOf(status({ best: null }))).toEqual({ DtuneStatus: 'running', DtuneTrials: 3 });
  });

  it('are worth few events, however often they change, and are never far behind', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 2000 }), (isBest) => {
        let shown: Attributes = {};
        let events = 0;
        let now: Attributes = { DtuneStatus: 'running', DtuneTrials: 0 };
        isBest.forEach((best, i) => {
          now = { ...now, DtuneTrials: i + 1, ...(best && { DtuneBest: -i }) };
          if (!isWorthAnEvent(shown, now, i + 1, events)) return;
          shown = now;
          events++;
        });
        expect(events).toBeLessThanOrEqual(5 + isBest.length / 16);
        expect(isBest.length - Number(shown.DtuneTrials ?? 0)).toBeLessThanOrEqual(Math.max(16, isBest.length / 8));
        expect(isWorthAnEvent(shown, { ...now, DtuneStatus: 'complete' }, isBest.length, events)).toBe(true);
      }),
      { seed: 2 },
    );
  });
});

describe('detailsOf', () => {
  it('says what is waited for and how the last edits went', () => {
    const edit = { requestId: 'r', time: 0, edit: { kind: 'resume' as const } };
    const text = detailsOf(status({ best: null, waitingFor: [{ pool: 'gpu', wants: 4, granted: 1 }] }), [
      { ...edit, who: 'ada' },
      { ...edit, why: 'a | b', refused: 'not now' },
    ]);
    expect(text.split('\n')).toEqual([
      '**s**: running',
      '',
      '3 of 10 trials, 1 failed, 1 pruned, 3 running',
      '',
      'waits for slots of pool `gpu`: it has 1 of 4',
      '',
      'no result yet',
      '',
      'last edits:',
      '',
      '- 1970-01-01T00:00Z resume by ada',
      '- 1970-01-01T00:00Z resume: a \\| b (refused: not now)',
    ]);
  });

  it('fit into the 20,000 bytes that tools show, whatever there is to say', () => {
    const params = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, '`'.repeat(1000)]));
    const best = { number: 1, params, values: { loss: 1 } };
    expect(utf8Bytes(detailsOf(status({ best }), []))).toBeLessThan(20_000);
  });
});

describe('poolDetails', () => {
  it('is a table of who has how many', () => {
    const studies = [{ study: 'dtune/s', wants: 4, granted: 1, used: 2 }];
    expect(poolDetails({ pool: 'gpu', capacity: 2, used: 2, studies }).split('\n').slice(-1)).toEqual([
      '| `dtune/s` | 1 | 2 | 4 |',
    ]);
  });
});
