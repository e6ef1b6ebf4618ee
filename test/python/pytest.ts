/** Runs the pytest of an environment, and says of each of its tests how it went. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from '../../server/binary/search.ts';
import { PACKAGE } from './venv.ts';

export interface Case {
  readonly name: string;
  /** Why it is not passed; skipped ones are not. */
  readonly fault?: string;
}

export interface Suite {
  /** What it printed. */
  readonly said: string;
  readonly cases: readonly Case[];
}

const run = promisify(execFile);

/** @param programs folder of the environment's programs  @param tests folder of the tests, in the package's */
export async function pytest(programs: string, tests: string): Promise<Suite> {
  const folder = mkdtempSync(join(tmpdir(), 'dtune-pytest-'));
  try {
    const { path: temporal } = await findBinary();
    // the program dtune is the one that is tested
    const env = { ...process.env, DTUNE: join(PACKAGE, '..'), DTUNE_TEMPORAL: temporal, PYTHONDONTWRITEBYTECODE: '1' };
    const report = join(folder, 'junit.xml');
    const options = ['--junit-xml', report, '--basetemp', join(folder, 'tmp'), '--override-ini=junit_family=xunit1'];
    const ended = await run(join(programs, 'pytest'), [...options, tests], {
      cwd: PACKAGE,
      env,
      maxBuffer: 1 << 26,
    }).catch((error: { stdout: string; stderr: string }) => error);
    return { said: `${ended.stdout}\n${ended.stderr}`, cases: casesOf(readFileSync(report, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function casesOf(junit: string): Case[] {
  return [...junit.matchAll(/<testcase ([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)].map(([, attributes, inner = '']) => {
    const [file, name] = ['classname', 'name'].map((key) =>
      text(new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)![1]),
    );
    const [, kind, fault] = /<(failure|error|skipped)\b[^>]*>([^]*?)<\/\1>/.exec(inner) ?? [];
    return {
      name: `${file.replace(/^tests(_frameworks)?\./, '')}: ${name.replace(/^test_/, '').replaceAll('_', ' ')}`,
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
