import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaseView, type TellRequest } from '../../../study/ledger/leases.ts';
import { isFinished } from '../../../study/ledger/ledger.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { borrow, external, look, tell } from './lending.ts';
import { end, paused, row, running, send, studyOf } from './rig.ts';

describe('clients that ask, tell, forget and die at any moment', () => {
  interface Client {
    lease: string | undefined;
    number: number | undefined;
    dead: boolean;
  }
  const ACTIONS = [
    'ask',
    'tell',
    'fail',
    'renew',
    'give back',
    'die',
    'tell late',
    'tell twice',
    'own',
    'time',
    'pause',
  ] as const;
  const step = fc.record({
    client: fc.nat(7),
    action: fc.constantFrom(...ACTIONS),
    ms: fc.integer({ min: 0, max: 900 }),
  });

  it('leave each lease with one end, each trial with one outcome, and the budget exact', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 200 }),
        fc.integer({ min: 1, max: 25 }),
        fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        (steps, trials, own) => {
          const ledger = studyOf({
            stop: { trials, maxFailures: 1000 },
            ...(own === undefined ? { trial: external } : { parallel: own }),
          });
          const clients: Client[] = Array.from({ length: 8 }, () => ({
            lease: undefined,
            number: undefined,
            dead: false,
          }));
          const asked = new Set<string>();
          const params = new Map<number, string>();
          /** What closed each trial, as it was accepted first. */
          const closed = new Map<number, string>();
          const accepted = new Map<number, number>();
          let now = 0;
          let told = 0;

          const take = (client: Client, outcome: TellRequest['outcome'] | number): void => {
            const { lease, number } = client;
            if (lease === undefined) return;
            const before = number === undefined ? undefined : ledger.rows[number].closed;
            const fault = tell(ledger, lease, outcome, now);
            const isOutcome = typeof outcome === 'number' || outcome.kind === 'failed';
            if (fault === undefined && isOutcome && number !== undefined && before === undefined)
              accepted.set(number, (accepted.get(number) ?? 0) + 1);
          };
          const play = ({
            client: i,
            action,
            ms,
          }: {
            client: number;
            action: (typeof ACTIONS)[number];
            ms: number;
          }): void => {
            const client = clients[i];
            if (client.dead && action !== 'time') return;
            if (action === 'ask') {
              const id = `lease ${asked.size}`;
              // every third wants a value of its own, which the last trials may not have
              const fixed = asked.size % 3 === 0 && i < 8 ? { fixed: { x: 0.125 } } : {};
              if (borrow(ledger, id, now, fixed) === undefined) {
                asked.add(id);
                Object.assign(client, { lease: id, number: undefined });
              }
            } else if (action === 'tell' || action === 'tell late') take(client, told++);
            else if (action === 'tell twice') {
              take(client, told++);
              take(client, told++);
            } else if (action === 'fail') take(client, { kind: 'failed', reason: 'x' });
            else if (action === 'renew' || action === 'give back') take(client, { kind: action });
            else if (action === 'die') client.dead = true;
            else if (action === 'own') {
              const leased = new Set(ledger.state.leases.map(({ number }) => number));
              const mine = running(ledger).find((number) => !leased.has(number));
              if (mine !== undefined) {
                end(ledger, mine, ledger.state.frozen ? paused() : 1000 + mine);
                if (!ledger.state.frozen) accepted.set(mine, (accepted.get(mine) ?? 0) + 1);
              }
            } else if (action === 'pause') {
              const isPaused = statusOf(ledger).status === 'paused';
              send(ledger, isPaused ? { kind: 'resume' } : { kind: 'pause', now: ms % 2 === 0 });
            } else now += ms;
            look(ledger, now);
          };
          const inspect = (): void => {
            const lent = ledger.state.leases.flatMap(({ number }) => (number === undefined ? [] : [number]));
            expect(new Set(lent).size).toBe(lent.length);
            for (const number of lent) expect(row(ledger, number)).toMatchObject({ state: 'running' });
            for (const client of clients) {
              const view = client.lease === undefined ? undefined : leaseView(ledger, client.lease);
              if (view?.state !== 'granted') continue;
              client.number = view.number;
              const text = JSON.stringify(view.params);
              expect(params.get(view.number) ?? text).toBe(text);
              params.set(view.number, text);
            }
            for (const each of ledger.rows) {
              const text = JSON.stringify([each.closed, each.state, each.values]);
              if (each.closed === undefined) continue;
              expect(closed.get(each.number) ?? text).toBe(text);
              closed.set(each.number, text);
            }
            const { complete } = statusOf(ledger).counts;
            expect(complete + ledger.state.open.length).toBeLessThanOrEqual(trials);
          };

          for (const each of steps) {
            play(each);
            inspect();
          }
          // somebody reliable takes over
          if (statusOf(ledger).status === 'paused') send(ledger, { kind: 'resume' });
          clients.push({ lease: undefined, number: undefined, dead: false });
          for (let i = 0; !isFinished(ledger); i++) {
            expect(i).toBeLessThan(2000);
            const view = leaseView(ledger, clients[8].lease ?? '');
            const action = view.state === 'granted' ? 'tell' : view.state === 'waiting' ? 'time' : 'ask';
            play({ client: 8, action, ms: 1000 });
            play({ client: 8, action: 'own', ms: 0 });
            inspect();
          }
          look(ledger, now);

          expect(statusOf(ledger, 1)).toMatchObject({ status: 'complete', counts: { complete: trials } });
          expect([ledger.state.leases, ledger.state.open]).toEqual([[], []]);
          expect([...accepted.keys()].sort((a, b) => a - b)).toEqual(ledger.rows.map(({ number }) => number));
          expect([...accepted.values()].every((times) => times === 1)).toBe(true);
          for (const id of asked) {
            const ends = ledger.state.endedLeases.filter(({ requestId }) => requestId === id).map(({ how }) => how);
            // one that ran out may still be told, while nobody else has its trial
            expect(ends.length === 1 || String(ends) === 'ran out,told').toBe(true);
          }
          const outcomes = ledger.state.endedLeases.filter(({ how }) => how === 'told').map(({ number }) => number);
          expect(new Set(outcomes).size).toBe(outcomes.length);
        },
      ),
      { seed: 21, numRuns: 120 },
    );
  });
});
