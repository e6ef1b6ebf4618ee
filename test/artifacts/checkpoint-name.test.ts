import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkpointOf,
  compareNames,
  nextName,
  partsOf,
  readCheckpointUri,
  trialFolder,
} from '../../artifacts/checkpoint-name.ts';

const attempts = fc.record({
  study: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('..', '.', 'a/b', 'digits-2026.11')),
  run: fc.uuid(),
  trial: fc.oneof(fc.nat().map(String), fc.constant('3-test-champion-0')),
  attempt: fc.integer({ min: 1, max: 1e6 }),
});

describe('the name of a checkpoint', () => {
  it('says which trial it is of, and so does its URI, whatever the study is called', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 1e7 }), (of, sequence) => {
        const name = nextName(of, sequence);
        expect(name.split('/').every((part) => part !== '.' && part !== '..')).toBe(true);
        expect(partsOf(name)).toMatchObject({ run: of.run, trial: of.trial, attempt: of.attempt, sequence });
        expect(name.startsWith(`${trialFolder(of)}/${of.attempt}/`)).toBe(true);
        expect(checkpointOf(`${name}/files/a/b`)).toBe(name);
        for (const store of ['s3://bucket', 's3://bucket/a/checkpoints/b', pathToFileURL('/tmp/ä b').href])
          expect(readCheckpointUri(`${store}/${name}`)).toEqual({ store, name, of: partsOf(name) });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('is another each time', () => {
    const of = { study: 's', run: 'r', trial: '0', attempt: 1 };
    expect(nextName(of, 1)).not.toBe(nextName(of, 1));
  });

  it('puts checkpoints of a trial in the order in which they were kept', () => {
    const of = { study: 's', run: 'r', trial: '0' };
    const kept = [
      nextName({ ...of, attempt: 2 }, 9),
      nextName({ ...of, attempt: 2 }, 10),
      nextName({ ...of, attempt: 10 }, 1),
      nextName({ ...of, attempt: 10 }, 1_000_000),
    ].map((name) => partsOf(name)!);
    expect([...kept].reverse().sort(compareNames)).toEqual(kept);
  });

  it.each([
    '/data/model.pt',
    'file:///data/model.pt',
    's3://bucket/checkpoints/model.pt',
    'https://host/checkpoints/s/r/0/1/000001-0123456789abcdef',
    'file:///x/checkpoints/s/r/0/1/000001-0123456789abcdef/files/a',
  ])("leaves %s to the trial: it is the trial's own", (uri) => {
    expect(readCheckpointUri(uri)).toBeUndefined();
  });
});
