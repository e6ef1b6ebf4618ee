import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

function filesIn(folder: string): [path: string, code: string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [join(folder, name), codeOf(readFileSync(join(root, folder, name), 'utf8'))]);
}

/** Without comments and the text of plain strings. */
function codeOf(source: string): string {
  return source.replace(/'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/.*/g, (match) =>
    match.startsWith("'") ? "''" : ' ',
  );
}

// Math functions whose last bits are the engine's own choice; abs, floor, sqrt and the like are exact
const INEXACT =
  /\bMath\.(?:acosh?|asinh?|atanh?|atan2|cbrt|cosh?|exp|expm1|hypot|log|log10|log1p|log2|pow|sinh?|tanh?)\b/;

describe('the code of samplers, evaluation and analysis', () => {
  it.each([...filesIn('samplers'), ...filesIn('evaluation'), ...filesIn('analysis')])(
    '%s has no inexact function, no clock and no generator of the engine',
    (_path, code) => {
      expect(code).not.toMatch(INEXACT);
      expect(code).not.toContain('**');
      expect(code).not.toMatch(/\bMath\.random\b|\bDate\b(?! as object)|\bperformance\.|\bcrypto\b/);
      expect(code).not.toMatch(/from 'node:|require\(/);
    },
  );

  it('is found by its own rules', () => {
    expect(codeOf("const a = 2 ** 3; // Math.exp(1) ** 2\n/** Date.now() */ const s = 'Math.random()';")).toMatch(
      /2 \*\* 3; +\n +const s = '';/,
    );
    expect('Math.exp(x)').toMatch(INEXACT);
    expect('Math.abs(x) + Math.sqrt(y) + Math.max(1, 2)').not.toMatch(INEXACT);
  });
});

// study/syntax refuses or takes what a person wrote, in one place: nothing is computed from it
const computing = filesIn('study').filter(([path]) => !path.startsWith(join('study', 'syntax')));

describe('the code of studies', () => {
  it.each(computing)('%s computes the same on every engine', (_path, code) => {
    expect(code).not.toMatch(INEXACT);
    expect(code).not.toContain('**');
    expect(code).not.toMatch(/\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)/);
  });
});
