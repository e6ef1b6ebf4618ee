import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimOf, demand, hearGrant, openAccounts } from '../../../study/slots/claimant.ts';
import {
  emptyPool,
  poolStatus,
  recordClaim,
  recordDeaf,
  recordLook,
  shareOut,
  toLookAfter,
} from '../../../study/slots/pool.ts';
import { World } from './rig.ts';

type Step = readonly [kind: string, a: number, b: number];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom(
      'start',
      'start',
      'end',
      'end',
      'deliver',
      'deliver',
      'deliver',
      'share',
      'share',
      'look',
      'resize',
      'terminate',
      'restart',
      'wait',
    ),
    fc.nat(20),
    fc.nat(8),
  ),
  { minLength: 50, maxLength: 300 },
);
const kinds = [{ gpu: 1 }, { gpu: 2 }, { gpu: 1, licence: 1 }, { licence: 3 }];
const studies = fc.array(fc.record({ kind: fc.nat(3), parallel: fc.integer({ min: 1, max: 6 }) }), {
  minLength: 1,
  maxLength: 5,
});

function worldOf(all: readonly { kind: number; parallel: number }[]): World {
  const world = new World({ gpu: 4, licence: 3 });
  all.forEach(({ kind, parallel }, i) => world.open(`s${i}`, kinds[kind]!, parallel, 40));
  return world;
}

function take(world: World, [kind, a, b]: Step): void {
  const study = world.studies[a % world.studies.length]!;
  world.now++;
  if (kind === 'start') world.start(study);
  if (kind === 'end') world.end(study);
  if (kind === 'deliver') world.deliver(a);
  if (kind === 'share') world.share();
  if (kind === 'look') world.look();
  if (kind === 'resize') world.resize(a % 2 === 0 ? 'gpu' : 'licence', b);
  // seldom: it ends everything for this study
  if (kind === 'terminate' && b === 0) world.terminate(study);
  if (kind === 'restart') world.restart();
  if (kind === 'wait') world.now += b;
}

describe('pools and the studies that share them', () => {
  it('never use more slots than there are, nor take more on after a shrink, whatever is late, out of order, restarted or gone', () => {
    fc.assert(
      fc.property(studies, steps, (all, script) => {
        const world = worldOf(all);
        for (const step of script) {
          const before = ['gpu', 'licence'].map((pool) => world.kept(pool));
          take(world, step);
          for (const [i, pool] of ['gpu', 'licence'].entries()) {
            expect(world.inUse(pool)).toBeLessThanOrEqual(world.kept(pool));
            // a capacity that shrank is reached as trials end
            if (step[0] === 'share')
              expect(world.kept(pool)).toBeLessThanOrEqual(Math.max(world.pools.get(pool)!.capacity, before[i]!));
          }
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('starve nobody: once there are slots for each alone and trials end, all studies come to their end', () => {
    fc.assert(
      fc.property(studies, steps, (all, script) => {
        const world = worldOf(all);
        for (const step of script) take(world, step);
        world.resize('gpu', 2);
        world.resize('licence', 3);
        world.settle(40 * all.length * 3);
        expect(world.studies.filter(({ state }) => state === 'open')).toEqual([]);
        // and what a study left behind that was terminated is there for the next one
        world.open('late', { gpu: 2, licence: 3 }, 1, 1);
        world.settle(10);
        expect(world.started.get('late')).toBe(1);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('take turns where there are too few slots for all', () => {
    const world = new World({ gpu: 2 });
    for (const name of ['a', 'b', 'c']) world.open(name, { gpu: 1 }, 4, 100);
    world.settle(60);
    const started = [...world.started.values()];
    expect(Math.max(...started) - Math.min(...started)).toBeLessThanOrEqual(2);
    expect(world.inUse('gpu')).toBe(2);
  });

  it('say nothing while no number changes', () => {
    const world = new World({ gpu: 2 });
    for (const name of ['a', 'b']) world.open(name, { gpu: 1 }, 1, 100);
    world.settle(3);
    const [a, b] = world.studies;
    for (let i = 0; i < 20; i++) {
      // as one trial ends, the next one starts
      for (const study of [a!, b!]) {
        study.running = [study.left--];
        world.tell(study);
      }
      world.share();
      expect(world.wire).toEqual([]);
    }
  });
});

describe('a pool', () => {
  const who = { study: 'dtune/s', firstRunId: 'run', lingerMs: 100 };

  it('keeps a slot for its study until that has heard that it is to be given back', () => {
    const pool = { ...emptyPool('gpu'), capacity: 1 };
    const claimant = openAccounts({ gpu: 1 });
    const [account] = claimant.accounts;
    demand(claimant, { running: [], wanted: 1, ended: false });
    recordClaim(pool, claimOf(account!, who, false, 10)!);
    const [first] = shareOut(pool, 11);
    expect(first).toMatchObject({ study: 'dtune/s', grant: { allows: 1, kept: 1 } });
    // it wants nothing any more, before it has heard
    demand(claimant, { running: [], wanted: 0, ended: false });
    recordClaim(pool, claimOf(account!, who, false, 12)!);
    const [second] = shareOut(pool, 13);
    expect(second!.grant).toMatchObject({ allows: 0, kept: 1 });
    hearGrant(claimant, second!.grant);
    // the first one arrives late
    hearGrant(claimant, first!.grant);
    expect(demand(claimant, { running: [], wanted: 0, ended: false })).toBe(0);
    recordClaim(pool, claimOf(account!, who, false, 14)!);
    expect(poolStatus(pool)).toMatchObject({ used: 0, studies: [] });
  });

  it('says a grant that did not arrive again, once its study was found alive, and takes the slots of one that is gone back', () => {
    const pool = { ...emptyPool('gpu'), capacity: 1 };
    const claim = { ...who, seq: 1, each: 1, wants: 1, allowed: 0, holds: 0, heard: 0 };
    recordClaim(pool, claim);
    const [sent] = shareOut(pool, 1);
    recordDeaf(pool, sent!.grant);
    expect(shareOut(pool, 2)).toEqual([]);
    expect(toLookAfter(pool)).toMatchObject([{ firstRunId: 'run' }]);
    recordLook(pool, ['run'], [], 3);
    expect(shareOut(pool, 4)).toMatchObject([{ grant: { allows: 1, kept: 1 } }]);
    recordLook(pool, ['run'], ['run'], 5);
    expect(poolStatus(pool).used).toBe(1);
  });
});
