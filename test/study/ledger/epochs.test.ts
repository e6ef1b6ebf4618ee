import { describe, expect, it } from 'vitest';
import { editedDefinition, editsToCheck, recordCheck, settle } from '../../../study/ledger/apply.ts';
import type { Edit } from '../../../study/ledger/edits.ts';
import { isFinished, spaceOf as spaceIn } from '../../../study/ledger/ledger.ts';
import { leaseView, grantLeases, recordLease } from '../../../study/ledger/leases.ts';
import { recordOf } from '../../../study/ledger/row.ts';
import { slotsToAsk } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import {
  answer,
  ask,
  check,
  choice,
  end,
  endAll,
  float,
  go,
  paused,
  row,
  running,
  send,
  spaceOf,
  studyOf,
} from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;
const narrow = spaceOf(2, float('x', 0, 0.5));
const toNarrow: Edit = { kind: 'space', space: narrow, was: {} };
const toGrid: Edit = { kind: 'sampler', sampler: { name: 'grid', options: {} } };

describe.each(ORDERS)('with order %s', (order) => {
  const study = (changes = {}) => studyOf({ order, parallel: 2, stop: { trials: 20, maxFailures: 5 }, ...changes });

  describe('a change of the space', () => {
    it('begins an epoch once a worker has checked it', () => {
      const ledger = study();
      go(ledger);
      const edit = send(ledger, {
        kind: 'space',
        space: spaceOf(2, float('x', 0, 1), float('z', 0, 9)),
        was: { z: 3 },
      });
      end(ledger, 0, 1);
      expect(ledger.state.epochs.length).toBe(1);
      check(ledger);
      expect(ledger.definition.space.version).toBe(2);
      expect(ledger.state.epochs[1]).toMatchObject({ seq: 2, space: { version: 2 }, was: { z: 3 }, parallel: 2 });
      expect(edit).toMatchObject({ seq: 2 });
      go(ledger);
      expect([row(ledger, 2).space, row(ledger, 2).x.length]).toEqual([2, 2]);
    });

    it('that a worker refuses changes nothing', () => {
      const ledger = study();
      go(ledger);
      const edit = send(ledger, toNarrow);
      end(ledger, 0, 1);
      check(ledger, 'the grid has no end of points');
      expect(edit).toMatchObject({ refused: 'the grid has no end of points' });
      expect(edit).not.toHaveProperty('seq');
      expect([ledger.state.epochs.length, ledger.definition.space.version, go(ledger)]).toEqual([1, 1, [2]]);
    });

    it('leaves the trials before it what they are: those that wait or were paused run in their own space', () => {
      const ledger = study({
        enqueue: [
          { params: { x: 0.75 }, baseline: false },
          { params: { x: 0.9 }, baseline: false },
        ],
      });
      go(ledger);
      send(ledger, { kind: 'pause', now: true });
      for (const number of [0, 1]) end(ledger, number, paused('half'));
      send(ledger, toNarrow);
      if (order === 'completion') check(ledger);
      send(ledger, { kind: 'resume' });
      expect(go(ledger)).toEqual([0, 1]);
      end(ledger, 0, 0.125);
      if (order === 'trial') check(ledger);
      end(ledger, 1, 0.5);
      expect(ledger.definition.space.version).toBe(2);
      expect(ledger.rows.slice(0, 2).map(({ space, x }) => [space, x[0]])).toEqual([
        [1, 0.75],
        [1, 0.9],
      ]);
      expect(statusOf(ledger).best).toMatchObject({ number: 0, params: { x: 0.75 } });
      expect(recordOf(ledger.definition, ledger.state.epochs, row(ledger, 1)).params).toEqual({ x: 0.9 });
    });

    it('while trials are being asked for is for those after them', () => {
      const ledger = study();
      ask(ledger);
      send(ledger, toNarrow, order === 'trial' ? { at: 2 } : {});
      check(ledger);
      answer(ledger);
      go(ledger);
      endAll(ledger, 1);
      go(ledger);
      expect(ledger.rows.map(({ space }) => space)).toEqual([1, 1, 2, 2]);
    });

    it.each<[object, string]>([
      [
        { space: { ...narrow, version: 3 } },
        'space: its version is 3, expected 2: somebody else has changed the space; look at it and send the change again',
      ],
      [{ space: 5 }, 'space: got 5, expected { version, parameters, forbid }'],
      [{ was: null }, 'space: was is null, expected values of new parameters by name, or {}'],
      [{ was: { x: 0.5 } }, 'space: was.x is given, but the trials so far have values of their own for it'],
      [{ was: { z: 5 } }, "space: there is no parameter 'z' (value 5); parameters are x"],
      [
        { space: spaceOf(2, float('x', 0, 1), float('z', 0, 9)), was: { z: 10 } },
        'space: z cannot be 10: expected a number from 0 to 9',
      ],
      [
        { space: { ...narrow, forbid: [{ z: { above: 1 } }] } },
        "space: forbid: there is no parameter 'z'; parameters are x",
      ],
      [
        { space: spaceOf(2, float('x', 0, 1, { when: [{ parameter: 'kind', in: ['a'] }] })) },
        "space: space.x.when: there is no parameter 'kind'; parameters are x",
      ],
    ])('is refused where it cannot be: %#', (change, words) => {
      const ledger = study();
      expect(send(ledger, { ...toNarrow, ...change } as Edit)).toBe(words);
      expect(ledger.state.edits).toEqual([]);
    });

    it('is refused while another one waits', () => {
      const ledger = study();
      go(ledger);
      send(ledger, toNarrow);
      expect(send(ledger, toNarrow)).toBe(
        'space: another change of the space waits to take effect; send this one afterwards',
      );
    });

    it('is refused while a trial waits to be tried that is not in it', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'enqueue', trials: [{ params: { x: 0.75 }, baseline: false }] });
      if (order === 'trial') end(ledger, 0, 1);
      ask(ledger);
      ledger.asking = [];
      const words =
        'space: a trial that waits to be tried is not in it (x cannot be 0.75: expected a number from 0 to 0.5); send this again once it was tried';
      if (order === 'completion') expect(send(ledger, toNarrow)).toBe(words);
      else {
        // it is opened already: it belongs to the space before
        send(ledger, toNarrow);
        check(ledger);
        go(ledger);
        end(ledger, 1, 1);
        go(ledger);
        expect(ledger.rows.map(({ space, x }) => [space, x[0]]).slice(2)).toEqual([
          [1, 0.75],
          [2, 0.25],
        ]);
      }
    });

    it('is refused after all where a trial was enqueued meanwhile that is not in it', () => {
      const ledger = study();
      go(ledger);
      const at = order === 'trial' ? { at: 3 } : {};
      const edit = send(ledger, toNarrow, at);
      const trials = [0.6, 0.7, 0.75].map((x) => ({ params: { x }, baseline: false }));
      send(ledger, { kind: 'enqueue', trials }, order === 'trial' ? { at: 2 } : {});
      check(ledger);
      endAll(ledger, 1);
      expect(edit).toMatchObject({ refused: expect.stringContaining('send this again once it was tried') });
      expect(ledger.definition.space.version).toBe(1);
    });
  });

  describe('a change of the sampler', () => {
    it('begins an epoch; the space stays', () => {
      const ledger = study();
      go(ledger);
      end(ledger, 0, 1);
      go(ledger);
      send(ledger, toGrid);
      end(ledger, 1, 1);
      check(ledger);
      expect(ledger.definition.sampler.name).toBe('grid');
      expect(ledger.state.epochs.map(({ sampler, space }) => [sampler.name, space.version])).toEqual([
        ['random', 1],
        ['grid', 1],
      ]);
    });

    it.each([
      [{ name: 'grid' }, 'sampler: got { name: "grid", options: undefined }, expected { name, options }'],
      ['grid', 'sampler: got "grid", expected { name, options }'],
    ])('is refused where it cannot be: %#', (sampler, words) => {
      const given = typeof sampler === 'string' ? sampler : { ...sampler, options: undefined };
      expect(send(study(), { kind: 'sampler', sampler: given } as never)).toBe(words);
    });

    it('is refused where nothing would end the study', () => {
      const ledger = study({ sampler: { name: 'grid', options: {} }, stop: { maxFailures: 5 } });
      expect(send(ledger, { kind: 'sampler', sampler: { name: 'random', options: {} } })).toBe(
        'sampler: no rule is left that ends the study; keep one of trials, timeMs, target, patience, cost',
      );
    });
  });

  describe('a sampler that has no more points', () => {
    /** Four points, two at a time, the last two still running. */
    const spent = () => {
      const ledger = study({ sampler: { name: 'grid', options: {} } });
      go(ledger);
      endAll(ledger, 1);
      go(ledger);
      end(ledger, 2, 1);
      ask(ledger);
      answer(ledger, 0);
      return ledger;
    };

    it('ends the study once its last trials have', () => {
      const ledger = spent();
      expect([slotsToAsk(ledger), isFinished(ledger)]).toEqual([[], false]);
      expect(statusOf(ledger)).toMatchObject({ status: 'running', reason: 'sampler grid has no more points' });
      end(ledger, 3, 1);
      expect(statusOf(ledger, 1)).toMatchObject({
        status: 'complete',
        reason: 'sampler grid has no more points',
        counts: { complete: 4 },
        asked: 4,
      });
      expect(isFinished(ledger)).toBe(true);
      expect(send(ledger, toGrid)).toBe(
        'sampler: the study is ending (sampler grid has no more points); continue it once it has closed',
      );
    });

    it.each<[string, Edit]>([
      ['space', { kind: 'space', space: spaceOf(2, float('x', 0, 2)), was: {} }],
      ['sampler', { kind: 'sampler', sampler: { name: 'random', options: {} } }],
    ])('may have some after a change of the %s', (_kind, edit) => {
      const ledger = spent();
      send(ledger, edit);
      end(ledger, 3, 1);
      // what is still checked may bring points
      expect(isFinished(ledger)).toBe(false);
      check(ledger);
      expect([isFinished(ledger), ledger.state.exhausted]).toEqual([false, false]);
      expect(go(ledger)).toEqual([4, 5]);
    });

    it('ends the study where that change is refused', () => {
      const ledger = spent();
      send(ledger, toGrid);
      end(ledger, 3, 1);
      check(ledger, 'no');
      expect([isFinished(ledger), statusOf(ledger, 1).status]).toEqual([true, 'complete']);
    });

    it('says nothing of the one after it', () => {
      const ledger = study();
      ask(ledger);
      send(ledger, toNarrow, order === 'trial' ? { at: 2 } : {});
      check(ledger);
      answer(ledger, 1);
      expect(ledger.state.exhausted).toBe(order === 'trial');
      if (order === 'trial') {
        // the trial that the change was for was opened in vain: it is for the next one
        go(ledger);
        end(ledger, 0, 1);
      }
      expect(ledger.state.exhausted).toBe(false);
      go(ledger);
      expect(row(ledger, 1).space).toBe(2);
    });
  });

  it('checks changes on top of each other: one that another may have spoilt is checked again', () => {
    const ledger = study();
    go(ledger);
    const sampler = send(ledger, toGrid);
    const space = send(ledger, toNarrow);
    const [first, ...others] = editsToCheck(ledger).map(({ edit }) => edit.kind);
    expect([first, ...others]).toEqual(order === 'trial' ? ['sampler', 'space'] : ['sampler']);
    check(ledger);
    end(ledger, 0, 1);
    expect(sampler).toMatchObject({ seq: expect.any(Number) });
    // with order trial it was being checked when the sampler changed: that word is not taken
    if (order === 'trial') {
      check(ledger);
      expect(space).toMatchObject({ checking: true });
    }
    const [again] = editsToCheck(ledger);
    expect(editedDefinition(ledger.definition, again)).toMatchObject({ sampler: { name: 'grid' }, space: narrow });
    check(ledger, 'no end of points');
    expect(space).toMatchObject({ refused: 'no end of points' });
    expect(ledger.definition).toMatchObject({ sampler: { name: 'grid' }, space: { version: 1 } });
  });

  it('is not changed by a word on an edit that was refused meanwhile, as the study ended', () => {
    const ledger = study({ stop: { trials: 1, maxFailures: 1 } });
    go(ledger);
    const edit = send(ledger, toNarrow, order === 'trial' ? { at: 7 } : {}) as { requestId: string };
    end(ledger, 0, 1);
    const when = order === 'trial' ? 'trial 7 was opened' : 'it was checked';
    const refused = `the study ended before ${when} (all 1 trials are done)`;
    expect(edit).toMatchObject({ refused });
    recordCheck(ledger, edit.requestId, undefined);
    settle(ledger, 0);
    expect(edit).toMatchObject({ refused });
    expect(edit).not.toHaveProperty('seq');
    expect(isFinished(ledger)).toBe(true);
  });
});

describe('with order completion', () => {
  it('what needs no check does not wait for what does', () => {
    const ledger = studyOf({ parallel: 2 });
    go(ledger);
    send(ledger, toNarrow);
    send(ledger, { kind: 'cancel', number: 0 });
    send(ledger, { kind: 'tell', params: { x: 0.9 }, result: 1 });
    send(ledger, { kind: 'pause', now: true });
    end(ledger, 0, paused());
    expect(ledger.state.edits.map(({ seq }) => seq !== undefined)).toEqual([false, true, true, true]);
    expect(ledger.rows.map(({ state, space }) => [state, space])).toEqual([
      ['failed', 1],
      ['running', 1],
      ['complete', 1],
    ]);
  });

  it('lends a trial of an earlier space with its own parameters', () => {
    const ledger = studyOf({ trial: { kind: 'external', retries: 0, heartbeatMs: 1000 } });
    recordLease(ledger, { requestId: 'a', leaseMs: 1000 });
    ask(ledger);
    answer(ledger);
    send(ledger, { kind: 'space', space: spaceOf(2, choice('kind', 'a', 'b')), was: {} });
    check(ledger);
    grantLeases(ledger, 0);
    expect(leaseView(ledger, 'a')).toMatchObject({ state: 'granted', params: { x: 0.5 } });
  });
});

describe('with order trial', () => {
  it('asks for the trials of one epoch at a time, each in its own space', () => {
    const ledger = studyOf({ order: 'trial', parallel: 4, stop: { trials: 20, maxFailures: 5 } });
    go(ledger);
    send(ledger, toNarrow, { at: 6 });
    check(ledger);
    for (const number of running(ledger)) end(ledger, number, 1);
    expect(ledger.state.opened.map(({ number }) => number)).toEqual([4, 5, 6, 7]);
    expect(ask(ledger).map(({ number }) => number)).toEqual([4, 5]);
    answer(ledger);
    expect(ask(ledger).map(({ number }) => number)).toEqual([6, 7]);
    answer(ledger);
    expect(ledger.rows.slice(4).map(({ space, x }) => [space, x[0]])).toEqual([
      [1, 0.5],
      [1, 0.5],
      [2, 0.25],
      [2, 0.25],
    ]);
  });

  it('drops the points that an exhausted sampler was asked for, not those of the next one', () => {
    const ledger = studyOf({ order: 'trial', parallel: 4, stop: { trials: 20, maxFailures: 5 } });
    go(ledger);
    send(ledger, toNarrow, { at: 6 });
    check(ledger);
    endAll(ledger, 1);
    ask(ledger);
    answer(ledger, 1);
    // trial 5 is not: what were 6 and 7 move up, and one more has room
    expect(ledger.state.opened.map(({ number }) => number)).toEqual([5, 6, 7]);
    expect(ledger.state.exhausted).toBe(false);
    go(ledger);
    expect(ledger.rows.slice(4).map(({ space }) => space)).toEqual([1, 2, 2, 2]);
  });
});

describe('the space of a version', () => {
  it('that the study never had is an error', () => {
    expect(() => spaceIn(studyOf().state.epochs, 7)).toThrow(
      "there is no version 7 of the space among the study's epochs",
    );
  });
});
