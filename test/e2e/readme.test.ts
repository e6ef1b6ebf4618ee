import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from './dtune.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const block = (start: string): string => {
  const found = [...readme.matchAll(/```\w+\n([^]*?)```/g)]
    .map(([, text]) => text)
    .find((text) => text.startsWith(start));
  if (!found) throw new Error(`the README has no block that starts with ${start}`);
  return found;
};

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
});
afterAll(() => desk.close());

describe('the quick start of the README', () => {
  it('does what it says, in an empty folder', async () => {
    await desk.file('study.yaml', block('# study.yaml'));
    await desk.file('train.py', block('# train.py'));
    const run = await desk.run('run', 'study.yaml');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('study     quick: complete (all 30 trials are done)');
    expect((await desk.run('trials', 'quick', '--json')).stdout.trim().split('\n').length).toBe(30);
    expect((await desk.run('export', 'quick', '--format', 'csv')).stdout).toContain('params.momentum');
  });
});
