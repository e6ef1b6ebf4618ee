/** The Python package's own suite, each of its tests one of this: and its types. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { findBinary } from '../../server/binary/search.ts';
import { PACKAGE, packageVenv } from './venv.ts';

interface Case {
  readonly name: string;
  /** Why it is not passed. */
  readonly fault?: string;
}

const run = promisify(execFile);
const programs = await packageVenv();
const folder = mkdtempSync(join(tmpdir(), 'dtune-pytest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said = await pytest();
const cases = casesOf(readFileSync(join(folder, 'junit.xml'), 'utf8'));

describe('the Python package', () => {
  it('has a suite that runs to its end', () => expect(cases.length, said).toBeGreaterThan(0));

  it('is typed throughout', async () => {
    const types = await run(join(programs, 'mypy'), ['--cache-dir', join(folder, 'mypy')], { cwd: PACKAGE }).catch(
      (error: { stdout: string }) => error,
    );
    expect(types.stdout).toMatch(/^Success/);
  });

  it.each(cases)('$name', ({ fault }) => expect(fault).toBeUndefined());
});

/** Its output. */
async function pytest(): Promise<string> {
  const { path: temporal } = await findBinary();
  const env = { ...process.env, DTUNE_TEMPORAL: temporal, PYTHONDONTWRITEBYTECODE: '1' };
  const options = [
    '--junit-xml',
    join(folder, 'junit.xml'),
    '--basetemp',
    join(folder, 'tmp'),
    '--override-ini=junit_family=xunit1',
  ];
  const ended = await run(join(programs, 'pytest'), options, { cwd: PACKAGE, env, maxBuffer: 1 << 26 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${ended.stdout}\n${ended.stderr}`;
}

/** Skipped ones are faults, too. */
function casesOf(junit: string): Case[] {
  return [...junit.matchAll(/<testcase ([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)].map(([, attributes, inner = '']) => {
    const [file, name] = ['classname', 'name'].map((key) =>
      text(new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)![1]),
    );
    const [, kind, fault] = /<(failure|error|skipped)\b[^>]*>([^]*?)<\/\1>/.exec(inner) ?? [];
    return {
      name: `${file.replace(/^tests\./, '')}: ${name.replace(/^test_/, '').replaceAll('_', ' ')}`,
      ...(kind !== undefined && { fault: `${kind}: ${text(fault)}` }),
    };
  });
}

function text(xml: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return xml.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (_, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? _;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}
