import { describe, expect, it } from 'vitest';
import { recordEdit, settle } from '../../../study/ledger/apply.ts';
import { editFault, type Edit } from '../../../study/ledger/edits.ts';
import { isFinished } from '../../../study/ledger/ledger.ts';
import { editsOf, statusOf } from '../../../study/ledger/status.ts';
import { check, end, endAll, go, send, studyOf } from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;
const four = { parallel: 4, stop: { trials: 20, maxFailures: 10 } };

describe('an edit', () => {
  it.each([
    [{ requestId: '' }, 'edit: requestId is "", expected a text of your own'],
    [{ requestId: 'x'.repeat(201) }, /^edit: requestId is "x+…, expected a text of your own$/],
    [{ who: 5 }, 'edit: who is 5, expected a text of at most 500'],
    [{ why: 'x'.repeat(501) }, /^edit: why is "x+…, expected a text of at most 500$/],
    [
      { edit: { kind: 'nix' } },
      'edit: got { kind: "nix" }, expected one of kind pause, resume, stop, budget, parallel, enqueue, retry, tell, import, ' +
        'cancel, fail, sampler, space, approve, reject, note, tag',
    ],
    [{ edit: undefined }, /^edit: got undefined, expected one of kind pause/],
    [
      { edit: { kind: 'note', text: 'x'.repeat(200_000) } },
      'note: it takes 200025 characters as JSON, expected at most 200000; split it',
    ],
    [{ at: 3 }, 'note: at 3 is for studies with order: trial, this one has order: completion; leave it out'],
  ])('of no good shape is refused: %#', (change, words) => {
    const request = { requestId: 'a', edit: { kind: 'note', text: 'hello' } as Edit, ...change };
    const fault = editFault(studyOf(), request as never);
    if (typeof words === 'string') expect(fault).toBe(words);
    else expect(fault).toMatch(words);
  });

  it('that is nothing at all is refused in words', () => {
    expect(editFault(studyOf(), undefined as never)).toBe('edit: requestId is undefined, expected a text of your own');
  });

  it.each<[Edit['kind'], object]>([
    ['tell', { params: null, result: 1 }],
    ['enqueue', { trials: [null] }],
    ['import', { trials: [null] }],
    ['space', { space: { version: 2, parameters: [null], forbid: [] }, was: {} }],
    ['sampler', { sampler: { name: 'grid', options: null } }],
    ['tag', { tags: 5 }],
    ['budget', { stop: null }],
  ])('%s of rubbish is refused in words and changes nothing', (kind, rubbish) => {
    const ledger = studyOf();
    const before = JSON.stringify(ledger.state);
    expect(send(ledger, { kind, ...rubbish } as never)).toMatch(new RegExp(`^${kind}: `));
    expect(JSON.stringify(ledger.state)).toBe(before);
  });

  it('is logged with who sent it, why and when, and nothing else of what was sent', () => {
    const ledger = studyOf();
    const edit = { kind: 'pause', now: false } as const;
    recordEdit(ledger, { requestId: 'a', who: 'Ann', why: 'lunch', edit, more: 1 } as never, 42);
    settle(ledger, 42);
    expect(editsOf(ledger).edits).toEqual([{ requestId: 'a', who: 'Ann', why: 'lunch', edit, time: 42, seq: 0 }]);
  });

  it('that is sent again under its request id is the same edit', () => {
    const ledger = studyOf();
    const request = {
      requestId: 'a',
      edit: { kind: 'enqueue', trials: [{ params: { x: 0.5 }, baseline: false }] },
    } as const;
    expect([recordEdit(ledger, request, 0), recordEdit(ledger, request, 1)]).toEqual([true, false]);
    settle(ledger, 0);
    expect(editFault(ledger, request)).toBeUndefined();
    expect([ledger.state.queue.length, ledger.state.edits.length]).toEqual([1, 1]);
  });

  it('is known by its request id even once the study ends', () => {
    const ledger = studyOf();
    send(ledger, { kind: 'pause', now: false }, { requestId: 'a' });
    send(ledger, { kind: 'stop', now: true });
    expect(editFault(ledger, { requestId: 'a', edit: { kind: 'pause', now: false } })).toBeUndefined();
    expect(send(ledger, { kind: 'resume' })).toBe(
      'resume: the study is ending (stopped on request); continue it once it has closed',
    );
  });

  it('is refused after a thousand', () => {
    const ledger = studyOf();
    for (let i = 0; i < 1000; i++) expect(send(ledger, { kind: 'note', text: 'n' })).toBeTypeOf('object');
    expect(send(ledger, { kind: 'note', text: 'n' })).toBe(
      'note: the study has had 1000 edits, which is the most it keeps; fork it to go on',
    );
  });

  it('is refused when the log would grow too long to be carried', () => {
    const ledger = studyOf();
    const trials = Array.from({ length: 900 }, () => ({ params: { x: 0.123456 }, baseline: false }));
    const edit: Edit = { kind: 'enqueue', trials };
    const size = JSON.stringify(edit).length;
    let sent = 0;
    for (; typeof send(ledger, edit) !== 'string'; sent++) ledger.state.queue = [];
    expect(sent).toBe(Math.floor(400_000 / (size + 70)));
    expect(send(ledger, edit)).toMatch(
      /^enqueue: with it the study's edits would take 4\d{5} characters as JSON, expected at most 400000; send less, or fork it to go on$/,
    );
    expect(send(ledger, { kind: 'pause', now: false })).toBeTypeOf('object');
  });

  describe('of a study with order trial', () => {
    it('takes effect right before its trial is opened', () => {
      const ledger = studyOf({ ...four, order: 'trial' });
      expect(send(ledger, { kind: 'budget', stop: { patience: 9 } }, { at: 6 })).toEqual(
        expect.not.objectContaining({ seq: expect.anything() }),
      );
      go(ledger);
      endAll(ledger, 1);
      // the commits of trials 0 and 1 open 4 and 5, that of trial 2 makes room for 6: the edit is the event after it
      expect(ledger.state.edits[0]).toMatchObject({ at: 6, seq: 4 });
      expect(ledger.state.opened.map(({ number, asOf }) => [number, asOf])).toEqual([
        [4, 1],
        [5, 2],
        [6, 4],
        [7, 5],
      ]);
    });

    it('without a number is for the next trial to be opened', () => {
      const ledger = studyOf({ ...four, order: 'trial' });
      expect(send(ledger, { kind: 'budget', stop: { patience: 9 } })).toMatchObject({ at: 4 });
      expect(ledger.state.edits[0].seq).toBeUndefined();
      go(ledger);
      end(ledger, 0, 1);
      expect(ledger.state.edits[0].seq).toBe(2);
    });

    it('is refused for a trial that was opened, or for none', () => {
      const ledger = studyOf({ ...four, order: 'trial' });
      const edit: Edit = { kind: 'budget', stop: { trials: 9 } };
      expect(send(ledger, edit, { at: 3 })).toBe(
        'budget: at is 3, but that trial was opened already; expected 4 or later',
      );
      expect(send(ledger, edit, { at: 4.5 })).toBe('budget: at is 4.5, expected the number of a trial');
    });

    it('takes effect when all have closed where no trial would be opened: a raise of what is spent continues the study', () => {
      const ledger = studyOf({ parallel: 4, stop: { trials: 6, maxFailures: 9 }, order: 'trial' });
      go(ledger);
      endAll(ledger, 1);
      go(ledger);
      // room there is, but the budget is given out
      expect(send(ledger, { kind: 'budget', stop: { trials: 8 } })).toMatchObject({ at: 6 });
      expect(ledger.state.edits[0].seq).toBeUndefined();
      endAll(ledger, 1);
      expect(ledger.state.edits[0].seq).toBe(7);
      expect(go(ledger)).toEqual([6, 7]);
      endAll(ledger, 1);
      expect(statusOf(ledger, 1)).toMatchObject({ status: 'complete', counts: { complete: 8 } });
    });

    it('that waits for a trial that is never opened is refused when the study ends', () => {
      const ledger = studyOf({ stop: { trials: 2, maxFailures: 1 }, order: 'trial' });
      const edit = send(ledger, { kind: 'parallel', parallel: 2 }, { at: 500 });
      for (let i = 0; i < 2; i++) end(ledger, go(ledger)[0], 1);
      expect(edit).toMatchObject({
        refused: 'the study ended before trial 500 was opened (all 2 trials are done)',
      });
      expect(edit).not.toHaveProperty('seq');
      expect(edit).not.toHaveProperty('checking');
      expect(isFinished(ledger)).toBe(true);
    });

    it('that others made impossible meanwhile is refused after all', () => {
      const ledger = studyOf({ ...four, order: 'trial' });
      const told = send(ledger, { kind: 'tell', params: { x: 0.9 }, result: 1 }, { at: 5 });
      const space = {
        version: 2,
        parameters: [{ name: 'x', domain: { kind: 'float', low: 0, high: 0.5, scale: 'linear' } }],
        forbid: [],
      };
      send(ledger, { kind: 'space', space, was: {} } as Edit, { at: 4 });
      check(ledger);
      go(ledger);
      endAll(ledger, 1);
      expect(told).toMatchObject({ refused: 'x cannot be 0.9: expected a number from 0 to 0.5' });
      expect(ledger.definition.space.version).toBe(2);
      expect(statusOf(ledger).told).toBe(0);
    });

    it('that a worker checks holds the log up, not the trials', () => {
      const ledger = studyOf({ ...four, order: 'trial' });
      send(ledger, { kind: 'parallel', parallel: 2 });
      go(ledger);
      endAll(ledger, 1);
      // the first commit makes room for trial 4, before which the edit is due
      expect(ledger.state).toMatchObject({ seq: 1, committed: 1, opened: [] });
      check(ledger);
      expect(ledger.state).toMatchObject({ seq: 5, committed: 4 });
      expect(ledger.state.epochs.map(({ seq, parallel }) => [seq, parallel])).toEqual([
        [0, 4],
        [2, 2],
      ]);
    });
  });
});

describe.each(ORDERS)('with order %s', (order) => {
  const study = () => studyOf({ ...four, order });

  describe('note and tag', () => {
    it('are kept, at the position of the log where they came, and take none', () => {
      const ledger = study();
      go(ledger);
      end(ledger, 0, 1);
      expect(send(ledger, { kind: 'note', text: 'odd', number: 0 })).toMatchObject({ seq: 1 });
      send(ledger, { kind: 'tag', tags: { team: 'a', gpu: '1' } });
      expect(send(ledger, { kind: 'tag', tags: { team: null, gpu: '2' } })).toMatchObject({ seq: 1 });
      expect([ledger.state.seq, statusOf(ledger).tags]).toEqual([1, { gpu: '2' }]);
    });

    it('may come while the study ends', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'stop', now: true });
      expect(send(ledger, { kind: 'note', text: 'over' })).toBeTypeOf('object');
      expect(send(ledger, { kind: 'tag', tags: { a: 'b' } })).toBeTypeOf('object');
    });

    it('are refused where they cannot be', () => {
      const ledger = study();
      expect(send(ledger, { kind: 'note', text: '' })).toBe('note: got "", expected a text of 1 to 2000');
      expect(send(ledger, { kind: 'note', text: 'a', number: 0 })).toBe(
        'note: there is no trial 0; leave number out for a note on the study',
      );
      expect(send(ledger, { kind: 'tag', tags: { a: 5 } } as never)).toBe(
        'tag: "a" is 5, expected a text of at most 500, or null',
      );
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`t${i}`, '']));
      send(ledger, { kind: 'tag', tags: many });
      expect(send(ledger, { kind: 'tag', tags: { more: '' } })).toBe(
        'tag: there would be 101 tags, expected at most 100',
      );
      // one for another
      expect(send(ledger, { kind: 'tag', tags: { t0: null, more: '' } })).toBeTypeOf('object');
    });
  });
});
