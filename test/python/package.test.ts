/** The Python package's own suite, each of its tests one of this: and its types. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { pytest } from './pytest.ts';
import { PACKAGE, packageVenv } from './venv.ts';

const run = promisify(execFile);
const programs = await packageVenv();
const folder = mkdtempSync(join(tmpdir(), 'dtune-mypy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { said, cases } = await pytest(programs, 'tests');

describe('the Python package', () => {
  it('has a suite that runs to its end', () => expect(cases.length, said).toBeGreaterThan(0));

  it('is typed throughout', async () => {
    const types = await run(join(programs, 'mypy'), ['--cache-dir', folder], { cwd: PACKAGE }).catch(
      (error: { stdout: string }) => error,
    );
    expect(types.stdout).toMatch(/^Success/);
  });

  it.each(cases)('$name', ({ fault }) => expect(fault).toBeUndefined());
});
