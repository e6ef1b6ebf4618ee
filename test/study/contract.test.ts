import { describe, expect, it } from 'vitest';
import { ACTIVITIES, ACTIVITY_PREFIX } from '../../study/contract.ts';

describe('the contract', () => {
  it('names every activity under the prefix, after its method', () => {
    for (const [method, name] of Object.entries(ACTIVITIES)) expect(name).toBe(`${ACTIVITY_PREFIX}${method}`);
  });
});
