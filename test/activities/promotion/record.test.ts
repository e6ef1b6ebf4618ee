import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisProcess } from '../../../activities/promotion/holder.ts';
import * as record from '../../../activities/promotion/record.ts';
import { temporaryFolder } from '../runners/harness.ts';

const holder = thisProcess('/tmp/mine');

describe('the record of a promotion', () => {
  it('is a folder of its own for each key and attempt, whatever characters a key has', () => {
    const folders = ['a', 'b', '../a', 'a/1', '🎲'].flatMap((key) =>
      [1, 2].map((n) => record.recordOf('/home', key, n)),
    );
    expect(new Set(folders).size).toBe(10);
    for (const folder of folders) expect(folder).toMatch(/^\/home\/promotions\/[0-9a-f]{64}\/[12]$/);
  });

  it('is empty before anybody claims it', async () => {
    const mine = record.recordOf(temporaryFolder(), 'key', 1);
    expect(await record.readEnding(mine)).toBeUndefined();
    expect(await record.newestClaim(mine)).toBeUndefined();
    expect(await record.readClaim(mine, 1)).toBeUndefined();
    expect(await record.isToEnd(mine)).toBe(false);
  });

  it('gives a generation to one of those who claim it', async () => {
    const mine = record.recordOf(temporaryFolder(), 'key', 1);
    const claims = await Promise.all(Array.from({ length: 20 }, () => record.claim(mine, 1, holder)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await record.newestClaim(mine)).toMatchObject({ generation: 1, holder });
    expect(await record.claim(mine, 2, holder)).toBe(true);
    expect(await record.newestClaim(mine)).toMatchObject({ generation: 2, holder });
  });

  it('shows that a holder lives, and the holder that a later claim was made', async () => {
    const mine = record.recordOf(temporaryFolder(), 'key', 1);
    await record.claim(mine, 1, holder);
    const before = statSync(join(mine, 'claim-1')).mtimeMs;
    for (let beats = 0; statSync(join(mine, 'claim-1')).mtimeMs === before && beats < 1000; beats++)
      expect(await record.beat(mine, 1)).toBe(true);
    expect((await record.newestClaim(mine))?.beat).toBeGreaterThan(before);
    await record.claim(mine, 2, holder);
    expect(await record.beat(mine, 1)).toBe(false);
    expect(await record.beat(mine, 2)).toBe(true);
  });

  it('counts the claims of all attempts under one key', async () => {
    const root = temporaryFolder();
    for (const [key, attempt, generation] of [
      ['key', 1, 1],
      ['key', 1, 2],
      ['key', 2, 1],
      ['other', 1, 1],
    ] as const)
      await record.claim(record.recordOf(root, key, attempt), generation, holder);
    expect(await record.timesClaimed(record.recordOf(root, 'key', 2))).toBe(3);
    expect(await record.timesClaimed(record.recordOf(root, 'other', 1))).toBe(1);
  });

  it('keeps how it ended, and nothing half written', async () => {
    const mine = record.recordOf(temporaryFolder(), 'key', 1);
    const ending = { state: 'failed', reason: 'ended with exit code 3', output: 'ü🎲\n' } as const;
    await record.writeEnding(mine, ending);
    await record.askToEnd(mine);
    expect(await record.readEnding(mine)).toEqual(ending);
    expect(await record.isToEnd(mine)).toBe(true);
    expect(readdirSync(mine).sort()).toEqual(['cancel', 'done']);
  });
});
