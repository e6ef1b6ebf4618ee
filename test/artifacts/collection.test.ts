import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../artifacts/checkpoint-name.ts';
import { collectable, ORPHAN_GRACE_MS, type KnownRun } from '../../artifacts/collection.ts';
import type { StoredThing } from '../../artifacts/inventory.ts';

const HOUR = 3_600_000;
const NOW = 100 * 24 * HOUR;
const hash = (i: number): string => String(i).padStart(64, '0');
const nameOf = (study: string, run: string, trial: string, sequence: number): string =>
  `checkpoints/${study}/${run}/${trial}/1/${String(sequence).padStart(6, '0')}-${'0'.repeat(16)}`;

const runs = [
  { study: 'a', run: 'a-1' },
  { study: 'a', run: 'a-2' },
  { study: 'b', run: 'b-1' },
  { study: 'gone', run: 'gone-1' },
] as const;

const names = fc
  .tuple(fc.constantFrom(...runs), fc.constantFrom('0', '1', '2', '1-test-best-0'), fc.integer({ min: 1, max: 3 }))
  .map(([{ study, run }, trial, sequence]) => nameOf(study, run, trial, sequence));
const ages = fc.constantFrom(0, HOUR / 2, HOUR, HOUR + 1, ORPHAN_GRACE_MS, ORPHAN_GRACE_MS + 1);

const things = fc.uniqueArray(
  fc.record({
    what: fc.oneof(
      names.map((name) => ({ kind: 'checkpoint', name, of: partsOf(name)! }) as const),
      fc.nat({ max: 5 }).map((i) => ({ kind: 'blob', name: hash(i) }) as const),
      fc
        .constantFrom(...runs)
        .map(({ study, run }) => ({ kind: 'archive', name: `studies/${study}/${run}.json`, study }) as const),
      fc.constant({ kind: 'leftover', name: 'blobs/00/x.tmp' } as const),
      fc.constant({ kind: 'other', name: 'promotions/1/done' } as const),
    ),
    age: ages,
    bytes: fc.nat(),
  }),
  { selector: ({ what }) => what.name, maxLength: 25 },
);
const stored = things.map((all) =>
  all.map(({ what, age, bytes }): StoredThing => ({ ...what, bytes, objects: [what.name], writtenAt: NOW - age })),
);

const knownRuns = fc
  .tuple(
    ...runs.slice(0, 3).map((each) =>
      fc.record({
        study: fc.constant(each.study),
        run: fc.constant(each.run),
        isOpen: fc.boolean(),
        // also of other studies: forks have them
        pointers: fc.array(names, { maxLength: 4 }),
        resumable: fc.array(names, { maxLength: 3 }),
        trials: fc.array(fc.nat({ max: 2 }), { maxLength: 2 }),
        blobs: fc.array(fc.nat({ max: 5 }).map(hash), { maxLength: 4 }),
      }),
    ),
  )
  .map((all) =>
    all.map(({ study, run, isOpen, pointers, resumable, trials, blobs }): KnownRun => {
      const uris = (list: readonly string[]): Set<string> => new Set(list.map((name) => `s3://bucket/p/${name}`));
      const needs = {
        pointers: uris([...pointers, ...resumable]),
        resumable: uris(resumable),
        trials: new Set(trials),
      };
      return { study, run, isOpen, needs, blobs: new Set(blobs) };
    }),
  );

const rules = fc.record({
  now: fc.constant(NOW),
  graceMs: fc.constantFrom(0, HOUR, 2 * ORPHAN_GRACE_MS),
  orphans: fc.boolean(),
  study: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
  previous: fc
    .dictionary(names, names, { maxKeys: 6 })
    .map(
      (all) =>
        new Map(Object.entries(all).map(([of, before]) => [`s3://bucket/p/${of}`, `file:///elsewhere/${before}`])),
    ),
});

const collected = (
  all: readonly StoredThing[],
  known: readonly KnownRun[],
  { study, ...more }: { study: string | undefined } & Parameters<typeof collectable>[2],
): StoredThing[] => collectable(all, known, { ...more, ...(study !== undefined && { study }) });

describe('what is collected', () => {
  it('is never needed, young, an archive, of another study, or a blob that a known study speaks of', () => {
    fc.assert(
      fc.property(stored, knownRuns, rules, (all, known, options) => {
        const { study, graceMs, orphans, previous } = options;
        const pointers = known.flatMap(({ needs }) => [...needs.pointers]);
        const fallbacks = known.flatMap(({ needs }) =>
          [...needs.resumable].flatMap((each) => previous.get(each) ?? []),
        );
        for (const thing of collected(all, known, options as never)) {
          expect(NOW - thing.writtenAt).toBeGreaterThan(graceMs);
          expect(['checkpoint', 'blob', 'leftover']).toContain(thing.kind);
          expect([...pointers, ...fallbacks].some((pointer) => pointer.endsWith(`/${thing.name}`))).toBe(false);
          expect(known.some(({ blobs }) => blobs.has(thing.name))).toBe(false);
          const owner = known.find(({ run }) => run === thing.of?.run);
          if (study !== undefined) expect(thing.of!.study).toBe(study);
          if (!owner && thing.kind !== 'leftover') {
            expect(orphans).toBe(true);
            expect(NOW - thing.writtenAt).toBeGreaterThan(ORPHAN_GRACE_MS);
          }
          if (owner) expect(owner.needs.trials.has(Number(thing.of!.trial))).toBe(false);
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('is every old checkpoint of a known study that nothing needs', () => {
    fc.assert(
      fc.property(stored, knownRuns, rules, (all, known, options) => {
        const bare = known.map((each): KnownRun => {
          const none = new Set<string>();
          return { ...each, needs: { pointers: none, resumable: none, trials: new Set() } };
        });
        const gone = collected(all, bare, { ...options, study: undefined, graceMs: HOUR } as never);
        const expected = all.filter(
          ({ kind, of, writtenAt }) =>
            kind === 'checkpoint' && of!.run !== 'gone-1' && /^\d$/.test(of!.trial) && NOW - writtenAt > HOUR,
        );
        for (const thing of expected) expect(gone).toContain(thing);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('grows neither with what is known, nor with the grace', () => {
    fc.assert(
      fc.property(stored, knownRuns, rules, (all, known, options) => {
        const gone = new Set(collected(all, known, options as never));
        for (const thing of collected(all, known, { ...options, graceMs: options.graceMs * 2 + 1 } as never))
          expect(gone.has(thing)).toBe(true);
        const fork: KnownRun = {
          study: 'fork',
          run: 'fork-1',
          isOpen: true,
          needs: {
            pointers: new Set([...gone].map(({ name }) => `file:///x/${name}`)),
            resumable: new Set(),
            trials: new Set(),
          },
          blobs: new Set([...gone].map(({ name }) => name)),
        };
        for (const { kind } of collected(all, [...known, fork], options as never)) expect(kind).toBe('leftover');
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
