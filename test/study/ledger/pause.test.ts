import { describe, expect, it } from 'vitest';
import { isFinished } from '../../../study/ledger/ledger.ts';
import { slotsToAsk, trialsToStart } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { answer, ask, check, end, endAll, go, paused, row, running, send, states, studyOf } from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;
const four = { parallel: 4, stop: { trials: 20, maxFailures: 10 } };

describe.each(ORDERS)('with order %s', (order) => {
  const study = () => studyOf({ ...four, order });

  describe('pause', () => {
    it('starts nothing more; what runs finishes; resume goes on', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: false });
      endAll(ledger, 1);
      expect([states(ledger), go(ledger)]).toEqual([Array(4).fill('complete'), []]);
      expect(statusOf(ledger)).toMatchObject({ status: 'paused', running: 0, waiting: 0 });
      send(ledger, { kind: 'resume' });
      expect(go(ledger)).toEqual([4, 5, 6, 7]);
      expect(statusOf(ledger).status).toBe('running');
    });

    it('now lets go of what runs, with its checkpoints, and resume goes on from them', () => {
      const ledger = study();
      go(ledger);
      end(ledger, 1, 1);
      go(ledger);
      const { seq } = ledger.state;
      send(ledger, { kind: 'pause', now: true });
      for (const number of running(ledger)) end(ledger, number, paused(`half of ${number}`));
      expect(statusOf(ledger)).toMatchObject({ status: 'paused', running: order === 'trial' ? 1 : 0 });
      expect([go(ledger), ledger.state.seq]).toEqual([[], seq]);
      send(ledger, { kind: 'resume' });
      const again = order === 'trial' ? [0, 2, 3] : [0, 2, 3, 4];
      expect(go(ledger)).toEqual(again);
      expect(again.map((number) => row(ledger, number).notes?.checkpoint)).toEqual(again.map((n) => `half of ${n}`));
      expect(ledger.state.seq).toBe(seq);
    });

    it('now takes a result that came before the trial was let go', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: true });
      end(ledger, 0, 0.5);
      expect(row(ledger, 0)).toMatchObject({ state: 'complete', values: [0.5] });
      expect(go(ledger)).toEqual([]);
    });

    it('now that is resumed before a trial was let go starts it again', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: true });
      send(ledger, { kind: 'resume' });
      end(ledger, 2, paused('c'));
      expect(go(ledger)).toEqual([2]);
    });

    it('is refused where the study is paused already, unless it is to be now', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: false });
      expect(send(ledger, { kind: 'pause', now: false })).toBe('pause: the study is paused already');
      expect(send(ledger, { kind: 'pause', now: true })).toBeTypeOf('object');
      expect(send(ledger, { kind: 'pause', now: true })).toBe('pause: the study is paused already');
      expect(send(ledger, { kind: 'pause', now: 1 } as never)).toBe('pause: now is 1, expected true or false');
    });

    it('that was both is lifted by one resume', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: false });
      send(ledger, { kind: 'pause', now: true });
      for (const number of running(ledger)) end(ledger, number, paused());
      send(ledger, { kind: 'resume' });
      expect(go(ledger)).toEqual([0, 1, 2, 3]);
      endAll(ledger, 1);
      expect(go(ledger)).toEqual([4, 5, 6, 7]);
      expect(send(ledger, { kind: 'resume' })).toBe('resume: the study is not paused');
    });

    it('now, again after a resume that still waits, holds', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: false });
      end(ledger, 0, 1);
      send(ledger, { kind: 'pause', now: true });
      send(ledger, { kind: 'resume' });
      send(ledger, { kind: 'pause', now: true });
      for (const number of running(ledger)) end(ledger, number, paused());
      expect(go(ledger)).toEqual([]);
      send(ledger, { kind: 'resume' });
      // with order trial the first resume still waits for what runs
      expect(ledger.state.paused).toBe(order === 'trial');
      expect(go(ledger).slice(0, 3)).toEqual([1, 2, 3]);
      endAll(ledger, 1);
      go(ledger);
      expect(statusOf(ledger)).toMatchObject({ status: 'running', running: 4 });
    });
  });

  it('resume is refused where the study is not paused', () => {
    expect(send(study(), { kind: 'resume' })).toBe('resume: the study is not paused');
  });

  describe('stop', () => {
    it('lets what runs finish', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'stop', now: false }, { why: 'enough' });
      end(ledger, 2, 1);
      endAll(ledger, 1);
      // with order trial it is for trial 4, before which trial 0 commits
      expect(states(ledger)).toEqual(Array(4).fill('complete'));
      expect(statusOf(ledger, 1)).toMatchObject({ status: 'stopped', reason: 'enough' });
      expect(isFinished(ledger)).toBe(true);
    });

    it('now closes what runs as paused, and what never ran too', () => {
      const ledger = study();
      if (ask(ledger).length > 0) answer(ledger);
      const [first, second] = trialsToStart(ledger).own;
      first.state = second.state = 'running';
      send(ledger, { kind: 'stop', now: true });
      expect(trialsToStart(ledger).own).toEqual([]);
      end(ledger, 0, paused('c'));
      end(ledger, 1, 1);
      expect(states(ledger)).toEqual(['paused', 'complete', 'paused', 'paused']);
      expect(row(ledger, 0)).toMatchObject({ notes: { checkpoint: 'c' } });
      expect(isFinished(ledger)).toBe(true);
    });

    it('now drops an ask that is under way', () => {
      const ledger = study();
      ask(ledger);
      send(ledger, { kind: 'stop', now: true });
      answer(ledger);
      expect([ledger.rows, slotsToAsk(ledger), isFinished(ledger)]).toEqual([[], [], true]);
    });

    it('now hurries a study that is stopping already; anything else is refused then', () => {
      const ledger = study();
      go(ledger);
      end(ledger, 0, 1);
      send(ledger, { kind: 'stop', now: false });
      go(ledger);
      if (order === 'trial') end(ledger, 1, 1);
      expect(send(ledger, { kind: 'stop', now: false })).toBe(
        'stop: the study is ending (stopped on request); continue it once it has closed',
      );
      expect(send(ledger, { kind: 'stop', now: true }, { why: 'really' })).toBeTypeOf('object');
      for (const number of running(ledger)) end(ledger, number, paused());
      expect(isFinished(ledger)).toBe(true);
      expect(statusOf(ledger, 1).reason).toBe('stopped on request');
    });

    it('of a study that was paused now ends it', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: true });
      for (const number of running(ledger)) end(ledger, number, paused());
      send(ledger, { kind: 'stop', now: false });
      expect(states(ledger)).toEqual(Array(4).fill('paused'));
      expect(isFinished(ledger)).toBe(true);
    });

    it('is refused in words without its flag', () => {
      expect(send(study(), { kind: 'stop' } as never)).toBe('stop: now is undefined, expected true or false');
    });
  });
});

describe('a resume', () => {
  it('of a paused study with order trial waits for what runs, not for a trial that a paused study never opens', () => {
    const ledger = studyOf({ ...four, order: 'trial' });
    go(ledger);
    send(ledger, { kind: 'pause', now: false }, { at: 4 });
    end(ledger, 0, 1);
    expect(ledger.state.paused).toBe(true);
    const resume = send(ledger, { kind: 'resume' }, { at: 30 });
    end(ledger, 1, 1);
    expect(resume).not.toHaveProperty('seq');
    endAll(ledger, 1);
    expect(resume).toMatchObject({ seq: 6 });
    // as if it had been told so from the start
    expect(ledger.state.opened.map(({ number, asOf }) => [number, asOf])).toEqual([4, 5, 6, 7].map((n) => [n, 6]));
  });

  it('is for the pause before it in the log, in whatever order they came', () => {
    const ledger = studyOf({ ...four, order: 'trial' });
    send(ledger, { kind: 'pause', now: false }, { at: 20 });
    send(ledger, { kind: 'pause', now: false }, { at: 10 });
    send(ledger, { kind: 'resume' }, { at: 12 });
    expect(send(ledger, { kind: 'resume' }, { at: 14 })).toBe('resume: the study is not paused');
    expect(send(ledger, { kind: 'resume' }, { at: 30 })).toBeTypeOf('object');
  });
});

describe('a pause now with order trial', () => {
  it('ends for a trial that waits behind a window which has become narrower', () => {
    const ledger = studyOf({ ...four, order: 'trial' });
    send(ledger, { kind: 'parallel', parallel: 1 });
    check(ledger);
    go(ledger);
    end(ledger, 0, 1);
    end(ledger, 2, 1);
    end(ledger, 3, 1);
    send(ledger, { kind: 'pause', now: true });
    end(ledger, 1, paused());
    send(ledger, { kind: 'resume' });
    // trials 2 and 3 wait for it to close, and run no more
    expect(go(ledger)).toEqual([1]);
  });
});
