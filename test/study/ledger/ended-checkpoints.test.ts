/** What a population keeps of what its trials left, played without a server. */
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../schedulers/rules.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import { mayBeParents } from '../../../study/trial/checkpoints.ts';
import { takeTidying } from '../../../study/ledger/ended-checkpoints.ts';
import { isFinished, rowOf, type Ledger } from '../../../study/ledger/ledger.ts';
import { parentsOf } from '../../../study/ledger/scheduling.ts';
import { definitionOf } from '../definitions.ts';
import { answer, ask, end, failed, go, result, running } from './rig.ts';

function population(options: Readonly<Record<string, number | boolean>>): Ledger {
  const definition = definitionOf({
    sampler: { name: 'pbt', options: {} },
    scheduler: { name: 'pbt', options },
    parallel: 8,
    stop: { maxFailures: 50 },
  });
  return createLedger(definition, 0, rulesOf(definition));
}

/** Plays to the end. @returns the most checkpoints of ended trials that were there at once, and those that are left */
function play(ledger: Ledger, fails: (number: number) => boolean): { most: number; left: Set<string> } {
  const left = new Set<string>();
  let most = 0;
  const check = (): void => {
    const { gone, ended } = takeTidying(ledger) ?? { gone: [], ended: [] };
    for (const each of gone) expect(left.delete(each), `${each} goes once`).toBe(true);
    for (const each of ended) expect(left.has(each)).toBe(true);
    most = Math.max(most, left.size);
    for (const number of running(ledger)) {
      const { lineage } = rowOf(ledger, number);
      if (lineage) expect([...left], `trial ${number} begins with ${lineage.checkpoint}`).toContain(lineage.checkpoint);
      if (lineage?.before !== undefined) expect([...left]).toContain(lineage.before);
    }
  };
  while (!isFinished(ledger)) {
    go(ledger);
    if (ask(ledger).length > 0) answer(ledger);
    go(ledger);
    check();
    const [number] = running(ledger);
    if (number === undefined) continue;
    if (fails(number)) end(ledger, number, failed);
    else {
      left.add(`file:///${number}`);
      end(ledger, number, result((number * 7919) % 101, { checkpoint: `file:///${number}` }));
    }
    check();
  }
  return { most, left };
}

describe('checkpoints that a population’s trials left', () => {
  it.each([
    [{ population: 8, generations: 12 }, 0, 2],
    [{ population: 32, generations: 12 }, 5, 2],
    [{ population: 9, generations: 9, halve: 3 }, 0, 2],
    [{ population: 8, generations: 12, synchronous: false }, 7, 2.5],
  ])('stay as long as anybody may need them: %j, every %i-th fails, at most %f a member', (options, every, share) => {
    const ledger = population(options);
    const { most, left } = play(ledger, (number) => every > 0 && number % every === every - 1);
    expect(most).toBeLessThanOrEqual(share * options.population);
    expect([...left]).toContain(`file:///${ledger.state.best!.number}`);
  });

  it('all stay where the scheduler is told to keep them', () => {
    const ledger = population({ population: 4, generations: 6, keep: true });
    const { left } = play(ledger, () => false);
    expect([...left]).toEqual(Array.from({ length: 24 }, (_, number) => `file:///${number}`));
    // the list of what may go does not grow
    expect(ledger.state.scheduling!.left!.ended.length).toBeLessThan(8);
  });

  it('stay by the rows alone as long as anybody may go on from them, in whatever moment these are read', () => {
    for (const options of [{ synchronous: true }, { synchronous: false }]) {
      const ledger = population({ population: 9, generations: 8, ...options });
      ledger.definition = { ...ledger.definition, parallel: 2 };
      while (!isFinished(ledger)) {
        go(ledger);
        if (ask(ledger).length > 0) answer(ledger);
        go(ledger);
        const stay = mayBeParents(ledger.rows);
        const { opened } = ledger.state;
        for (const number of [...parentsOf(ledger), ...opened.flatMap(({ lineage }) => lineage?.parent ?? [])])
          expect(stay).toContain(number);
        const [number] = running(ledger);
        if (number !== undefined)
          end(ledger, number, result((number * 7919) % 101, { checkpoint: `file:///${number}` }));
      }
    }
  });
});
