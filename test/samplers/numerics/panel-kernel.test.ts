import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODE } from '../../../samplers/numerics/panel-kernel.ts';
import { assemble } from './wat.ts';

describe('the panel kernel', () => {
  it('is what its source says', () => {
    const source = join(import.meta.dirname, '../../../samplers/numerics/panel-kernel.wat');
    const bytes = assemble(readFileSync(source, 'utf8'));
    // what stands on the left is the text for panel-kernel.ts
    expect(Buffer.from(bytes).toString('base64')).toBe(CODE);
  });
});
