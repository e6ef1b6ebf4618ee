import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { MAX_REASON, shorten, toFailure } from '../../activities/failures.ts';
import * as errors from '../../study/errors.ts';

describe('toFailure', () => {
  it.each([
    [new errors.StudyDefinitionError('bad'), 'StudyDefinitionError', true, undefined],
    [new errors.TrialFailedError('bad'), 'TrialFailedError', true, 'BENIGN'],
    [new errors.PromotionFailedError('bad'), 'PromotionFailedError', true, undefined],
    [new errors.ColdCacheError('bad'), 'ColdCacheError', true, 'BENIGN'],
    [new errors.SamplerFallbackError('bad'), 'SamplerFallbackError', true, undefined],
    [new errors.TransientError('bad'), 'TransientError', false, undefined],
  ])('makes %s a failure of its name', (error, type, nonRetryable, category) => {
    const failure = toFailure(error, [{ reason: 'bad' }]);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ message: 'bad', type, nonRetryable, details: [{ reason: 'bad' }] });
    expect((failure as ApplicationFailure).category).toBe(category);
    expect(failure.stack).toBe('');
  });

  it('has what nobody foresaw tried again, with its stack', () => {
    const failure = toFailure(new RangeError('oh'));
    expect(failure).toMatchObject({ message: 'RangeError: oh', type: 'TransientError', nonRetryable: false });
    expect(failure.stack).toContain('failures.test.ts');
    expect(toFailure('text')).toMatchObject({ message: 'text', type: 'TransientError', nonRetryable: false });
    expect(toFailure(undefined)).toMatchObject({ message: 'undefined', type: 'TransientError' });
  });

  it('has what is transient wait as long as somebody has asked for', () => {
    expect(toFailure(new errors.TransientError('busy', { retryAfterMs: 7000 }))).toMatchObject({
      nextRetryDelay: 7000,
    });
    expect(toFailure(new errors.TransientError('busy'))).not.toHaveProperty('nextRetryDelay', expect.anything());
  });

  it('lets failures of Temporal pass', () => {
    for (const failure of [new CancelledFailure('no'), ApplicationFailure.nonRetryable('x')])
      expect(toFailure(failure)).toBe(failure);
  });

  it('cuts long messages in the middle and keeps both ends', () => {
    const { message } = toFailure(new errors.TrialFailedError(`begin ${'x'.repeat(10_000)} end`));
    expect(message).toHaveLength(MAX_REASON);
    expect(message).toMatch(/^begin x+ … x+ end$/);
  });
});

describe('shorten', () => {
  it('leaves what is short enough alone', () => {
    expect(shorten('a'.repeat(2000))).toBe('a'.repeat(2000));
    expect(shorten('🎲'.repeat(1000))).toBe('🎲'.repeat(1000));
  });

  it('gives Unicode that every wire carries, wherever the cut falls', () => {
    for (const text of ['🎲'.repeat(1500), `a${'🎲'.repeat(1500)}`, `x\ud83c y\udfb2`]) {
      const short = shorten(text);
      expect(short.length).toBeLessThanOrEqual(2000);
      expect(Buffer.from(short, 'utf8').toString('utf8')).toBe(short);
    }
  });
});
