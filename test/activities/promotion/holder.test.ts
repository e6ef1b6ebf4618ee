import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isHere, stateOf, thisProcess } from '../../../activities/promotion/holder.ts';

const self = thisProcess('/tmp/mine');

/** The id of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn('true');
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid!;
}

describe('the holder of a claim', () => {
  it('is known by its id and its start, so that its id is not mistaken for another process', async () => {
    expect(isHere(self)).toBe(true);
    if (process.platform === 'linux') {
      expect(stateOf(self)).toBe('runs');
      expect(stateOf({ ...self, start: `${Number(self.start) - 1}` })).toBe('gone');
    }
    expect(stateOf({ ...self, pid: await endedPid() })).toBe('gone');
  });

  it('is unknown on another machine, after another start of it, and in another container', () => {
    for (const place of ['', 'elsewhere', `${self.place}0`]) {
      expect(isHere({ ...self, place })).toBe(false);
      expect(stateOf({ ...self, place })).toBe('unknown');
    }
  });

  it('is gone for certain or unknown where only ids can be told', async () => {
    expect(stateOf({ ...self, start: '' })).toBe('unknown');
    expect(stateOf({ ...self, start: '', pid: await endedPid() })).toBe('gone');
  });
});
