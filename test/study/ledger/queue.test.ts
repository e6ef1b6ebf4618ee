import { describe, expect, it } from 'vitest';
import { defineStudy } from '../../../study/definition.ts';
import type { Edit } from '../../../study/ledger/edits.ts';
import { isFinished } from '../../../study/ledger/ledger.ts';
import { recordOf } from '../../../study/ledger/row.ts';
import { slotsToAsk } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { choice, answer, ask, check, end, failed, float, go, row, running, send, spaceOf, studyOf } from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;

const enqueue = (...xs: number[]): Edit => ({
  kind: 'enqueue',
  trials: xs.map((x) => ({ params: { x }, baseline: false })),
});

const crash = (checkpoint?: string) => ({ ...failed, notes: { reason: 'boom', ...(checkpoint && { checkpoint }) } });

describe.each(ORDERS)('with order %s', (order) => {
  const study = (changes = {}) => studyOf({ order, stop: { trials: 20, maxFailures: 10 }, ...changes });

  describe('enqueue', () => {
    it('has its trials tried next, after those that wait already', () => {
      const ledger = study({ enqueue: [{ params: { x: 0.1 }, baseline: true }] });
      go(ledger);
      send(ledger, enqueue(0.2, 0.3));
      send(ledger, enqueue(0.4));
      for (let number = 0; number < 5; number++) {
        end(ledger, number, 1);
        go(ledger);
      }
      expect(ledger.rows.map(({ x, origin }) => [x[0], origin])).toEqual([
        [0.1, 'enqueued'],
        [0.2, 'enqueued'],
        [0.3, 'enqueued'],
        [0.4, 'enqueued'],
        [0.5, 'sampler'],
        [0.5, 'sampler'],
      ]);
    });

    it('counts against the budget like any trial', () => {
      const ledger = study({ stop: { trials: 2, maxFailures: 1 } });
      send(ledger, enqueue(0.1, 0.2, 0.3));
      for (let i = 0; i < 3; i++) for (const number of go(ledger)) end(ledger, number, 1);
      expect(statusOf(ledger, 1)).toMatchObject({ counts: { complete: 2 }, asked: 2 });
    });

    it('while numbers are being asked for is for the next ask', () => {
      const ledger = study();
      ask(ledger);
      send(ledger, enqueue(0.2));
      answer(ledger);
      expect(row(ledger, 0)).toMatchObject({ origin: 'sampler' });
      end(ledger, go(ledger)[0] ?? 0, 1);
      go(ledger);
      expect(row(ledger, 1)).toMatchObject({ origin: 'enqueued', x: Float64Array.of(0.2) });
    });

    it('is served by a sampler that has no more points of its own, and the study ends after it', () => {
      const ledger = study();
      ask(ledger);
      send(ledger, enqueue(0.2), order === 'trial' ? { at: 1 } : {});
      answer(ledger, 0);
      expect(isFinished(ledger)).toBe(false);
      expect(slotsToAsk(ledger)).toEqual([{ number: 0, asOf: 1, queued: { params: { x: 0.2 }, baseline: false } }]);
      end(ledger, go(ledger)[0], 1);
      expect(statusOf(ledger, 1)).toMatchObject({
        status: 'complete',
        reason: 'sampler random has no more points',
        counts: { complete: 1 },
      });
      expect(isFinished(ledger)).toBe(true);
    });

    it.each([
      [[], 'enqueue: got [], expected a list of trials'],
      [
        [{ params: {}, baseline: false }],
        /^enqueue: got .*, expected \{ params, baseline \} with one parameter or more$/,
      ],
      [[{ params: { x: 0.5 } }], 'enqueue: baseline is undefined, expected true or false'],
      [[{ params: { x: 2 }, baseline: false }], 'enqueue: x cannot be 2: expected a number from 0 to 1'],
      [
        [{ params: { y: 2 }, baseline: false }],
        "enqueue: there is no parameter 'y' (value 2); parameters are x, kind, more",
      ],
      [
        [{ params: { kind: 'b', more: 0.5 }, baseline: false }],
        'enqueue: more is given, but its condition does not hold; leave it out',
      ],
      [
        [{ params: { x: 0.95, kind: 'a' }, baseline: false }],
        'enqueue: { x: 0.95, kind: "a" } is forbidden by { x: { above: 0.9 } }',
      ],
      [
        [{ params: { x: 0.5 }, baseline: false, checkpoint: '/tmp/a' }],
        "enqueue: there is no 'checkpoint', expected params and baseline",
      ],
      [
        [{ params: { x: 0.5 }, baseline: false, from: 'trial 1' }],
        "enqueue: there is no 'from', expected params and baseline",
      ],
    ])('is refused where it cannot be: %#', (trials, words) => {
      const space = {
        ...spaceOf(
          1,
          float('x', 0, 1),
          choice('kind', 'a', 'b'),
          float('more', 0, 1, { when: [{ parameter: 'kind', in: ['a'] }] }),
        ),
        forbid: [{ x: { above: 0.9 } }],
      };
      const fault = send(study({ space }), { kind: 'enqueue', trials } as never);
      if (typeof words === 'string') expect(fault).toBe(words);
      else expect(fault).toMatch(words);
    });

    it('takes a condition without its parent: the sampler draws one that fits', () => {
      const space = spaceOf(
        1,
        choice('kind', 'a', 'b'),
        float('more', 0, 1, { when: [{ parameter: 'kind', in: ['a'] }] }),
      );
      expect(
        send(study({ space }), { kind: 'enqueue', trials: [{ params: { more: 0.5 }, baseline: false }] }),
      ).toBeTypeOf('object');
    });

    it('is refused when a thousand would wait', () => {
      const ledger = study();
      send(ledger, { kind: 'pause', now: false });
      send(ledger, enqueue(...Array.from({ length: 999 }, () => 0.5)), order === 'trial' ? { at: 0 } : {});
      ledger.state.queue = Array.from({ length: 999 }, () => ({ params: { x: 0.5 }, baseline: false }));
      expect(send(ledger, enqueue(0.1, 0.2))).toBe('enqueue: 999 trials wait already, expected at most 1000 in all');
    });
  });

  describe('retry', () => {
    const crashed = (outcome = crash(), changes = {}) => {
      const ledger = study(changes);
      go(ledger);
      end(ledger, 0, outcome);
      go(ledger);
      return ledger;
    };

    it('tries a failed trial again: a new trial, the next one, with the same parameters and its checkpoint', () => {
      const ledger = crashed(crash('/c/0'), { enqueue: [{ params: { x: 0.125 }, baseline: true }] });
      send(ledger, enqueue(0.2));
      send(ledger, { kind: 'retry', number: 0 }, { who: 'Ann' });
      for (let i = 0; i < 3; i++) {
        end(ledger, running(ledger)[0], 1);
        go(ledger);
      }
      expect(row(ledger, 0)).toMatchObject({ state: 'failed', notes: { reason: 'boom' } });
      expect(row(ledger, 2)).toMatchObject({
        state: 'complete',
        origin: 'enqueued',
        x: Float64Array.of(0.125),
        notes: { fixed: { x: 0.125 }, checkpoint: '/c/0', from: 'trial 0', baseline: true },
      });
      expect(recordOf(ledger.definition, ledger.state.epochs, row(ledger, 2))).toMatchObject({
        params: { x: 0.125 },
        from: 'trial 0',
        checkpoint: '/c/0',
      });
      // the enqueued one comes after it
      expect(row(ledger, 3)).toMatchObject({ x: Float64Array.of(0.2) });
    });

    it('fixes every active parameter, and no other', () => {
      const space = spaceOf(
        1,
        choice('kind', 'a', 'b'),
        float('of-a', 0, 1, { when: [{ parameter: 'kind', in: ['a'] }] }),
        float('of-b', 0, 1, { when: [{ parameter: 'kind', in: ['b'] }] }),
      );
      const ledger = crashed(crash(), { space, enqueue: [{ params: { kind: 'b', 'of-b': 0.75 }, baseline: false }] });
      send(ledger, { kind: 'retry', number: 0 });
      end(ledger, 1, 1);
      go(ledger);
      expect(row(ledger, 2).notes).toEqual({ fixed: { kind: 'b', 'of-b': 0.75 }, from: 'trial 0' });
    });

    it('may be had of a retry that failed, and of a trial that was cancelled', () => {
      const ledger = crashed();
      send(ledger, { kind: 'retry', number: 0 });
      send(ledger, { kind: 'cancel', number: 1 });
      end(ledger, 1, { kind: 'paused', attempts: 1, notes: { checkpoint: 'half' } });
      go(ledger);
      end(ledger, 2, crash());
      go(ledger);
      send(ledger, { kind: 'retry', number: 2 });
      send(ledger, { kind: 'retry', number: 1 }, order === 'trial' ? { at: 5 } : {});
      for (let i = 0; i < 3; i++) {
        end(ledger, running(ledger)[0], 1);
        go(ledger);
      }
      const tried = ledger.rows.map(({ notes }) => notes?.from);
      expect(tried.slice(0, 6)).toEqual([
        undefined,
        undefined,
        'trial 0',
        undefined,
        ...(order === 'trial' ? ['trial 2', 'trial 1'] : ['trial 1', 'trial 2']),
      ]);
      expect(ledger.rows.find(({ notes }) => notes?.from === 'trial 1')!.notes!.checkpoint).toBe('half');
    });

    it('while numbers are being asked for leaves what they were asked with', () => {
      const ledger = study({ parallel: 2 });
      go(ledger);
      end(ledger, 0, crash());
      send(ledger, enqueue(0.25), order === 'trial' ? { at: 3 } : {});
      if (order === 'trial') go(ledger);
      if (order === 'trial') end(ledger, 1, 1);
      ask(ledger);
      send(ledger, { kind: 'retry', number: 0 });
      answer(ledger);
      go(ledger);
      for (let i = 0; i < 8; i++) {
        end(ledger, running(ledger)[0], 1);
        go(ledger);
      }
      const made = ledger.rows.filter(({ origin }) => origin === 'enqueued').map(({ x, notes }) => [x[0], notes!.from]);
      expect(made).toEqual([
        [0.25, undefined],
        [0.5, 'trial 0'],
      ]);
    });

    it('is refused for a trial that has not failed, in words that say what to do', () => {
      const ledger = crashed();
      end(ledger, 1, 1);
      go(ledger);
      expect(send(ledger, { kind: 'retry', number: 1 })).toBe(
        'retry: trial 1 is complete; only failed trials are tried again',
      );
      expect(send(ledger, { kind: 'retry', number: 2 })).toBe('retry: trial 2 is running; cancel it first');
      expect(send(ledger, { kind: 'retry', number: 3 })).toBe(
        'retry: there is no trial 3; expected a trial from 0 to 2',
      );
      expect(send(study(), { kind: 'retry', number: 0 })).toBe('retry: there is no trial 0; there are no trials yet');
    });

    it('is refused for a trial whose row has left for a block', () => {
      const ledger = crashed();
      ledger.state.firstRow = 1;
      ledger.rows.splice(0, 1);
      expect(send(ledger, { kind: 'retry', number: 0 })).toBe(
        'retry: trial 0 has left for the artifact store; enqueue its parameters instead',
      );
    });

    it('is refused where its parameters are no point of the space any more', () => {
      const ledger = crashed();
      send(ledger, { kind: 'space', space: spaceOf(2, float('x', 0, 0.25)), was: {} });
      check(ledger);
      end(ledger, 1, 1);
      go(ledger);
      expect(send(ledger, { kind: 'retry', number: 0 })).toBe(
        'retry: the space has changed since trial 0 (x cannot be 0.5: expected a number from 0 to 0.25); enqueue what of its ' +
          'parameters you want tried',
      );
    });

    it('is refused when a thousand wait', () => {
      const ledger = crashed();
      ledger.state.queue = Array.from({ length: 1000 }, () => ({ params: { x: 0.5 }, baseline: false }));
      expect(send(ledger, { kind: 'retry', number: 0 })).toBe(
        'retry: 1000 trials wait already, expected at most 1000 in all',
      );
    });
  });
});

describe('a retry with order trial', () => {
  it('is refused while the failed trial waits for lower numbers', () => {
    const ledger = studyOf({ order: 'trial', parallel: 2 });
    go(ledger);
    end(ledger, 1, failed);
    expect(send(ledger, { kind: 'retry', number: 1 })).toBe(
      'retry: trial 1 has ended, but waits for trials before it to close; send this again afterwards',
    );
  });

  it('is tried at its trial number, though the row has left for a block by then', () => {
    const ledger = studyOf({ order: 'trial' });
    end(ledger, go(ledger)[0], crash('c'));
    send(ledger, { kind: 'retry', number: 0 }, { at: 4 });
    ledger.state.firstRow = 1;
    ledger.rows.splice(0, 1);
    for (let i = 0; i < 4; i++) end(ledger, go(ledger)[0], 1);
    expect(row(ledger, 4).notes).toMatchObject({ from: 'trial 0', checkpoint: 'c' });
  });

  it('is refused after all where the space has changed before its trial number', () => {
    const ledger = studyOf({ order: 'trial' });
    end(ledger, go(ledger)[0], failed);
    const edit = send(ledger, { kind: 'retry', number: 0 }, { at: 4 });
    send(ledger, { kind: 'space', space: spaceOf(2, float('x', 0, 0.25)), was: {} }, { at: 3 });
    check(ledger);
    for (let i = 0; i < 4; i++) end(ledger, go(ledger)[0], 1);
    expect(edit).toMatchObject({ refused: expect.stringContaining('the space has changed since trial 0') });
  });
});

describe("a definition's enqueue", () => {
  it.each(['checkpoint', 'from'])('takes no %s', (key) => {
    const study = {
      name: 's',
      space: { x: { float: [0, 1] } },
      objective: 'loss',
      trial: { command: ['true'] },
      stop: { trials: 1 },
      enqueue: [{ x: 0.5, [key]: 'trial 1' }],
    };
    expect(() => defineStudy(study, { directory: '/tmp', seed: 1 })).toThrow(
      `enqueue[0].${key} (value "trial 1") is no parameter, expected x; remove it`,
    );
  });
});
