import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GUARDS } from '../../study/evaluation/spec.ts';

const example = fileURLToPath(new URL('../../examples/guards/guards.ts', import.meta.url));

describe('the guards example', () => {
  it('has a case for each guard, in which it fires, and some that no promotion rests on', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', example]);
    const cases = stdout.trimEnd().split('\n\n');
    expect(cases.map((text) => text.split(':')[0])).toEqual(GUARDS);
    for (const text of cases)
      expect(text).toMatch(/^\w+: .+\.\n {2}saw: .+\.\n {2}do: .+\.(\n {2}No promotion rests on this\.)?$/);
    const blocking = cases.filter((text) => text.includes('No promotion')).map((text) => text.split(':')[0]);
    expect(blocking).toEqual(['imbalance', 'defaults', 'seeds', 'costs']);
  });
});
