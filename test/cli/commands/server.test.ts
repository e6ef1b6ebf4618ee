import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serverCommand } from '../../../cli/commands/server.ts';
import { useScratch } from '../../server/scratch.ts';

const scratch = useScratch();
let exitCode: typeof process.exitCode;

beforeEach(() => {
  exitCode = process.exitCode;
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = exitCode;
});

/** What the command prints, and the exit code it asks for. */
async function run(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  process.exitCode = 0;
  await serverCommand().parseAsync(args, { from: 'user' });
  vi.restoreAllMocks();
  return { out: out.join('\n'), err: err.join(''), code: process.exitCode };
}

describe('dtune server', () => {
  it('starts, tells and stops the server of a home as JSON', async () => {
    const home = scratch.home('home');
    const database = scratch.path('home', 'server', 'temporal.db');
    const flags = ['--json', '--home', home];
    const before = await run('status', ...flags);
    expect(before.out).toBe(`{"address":null,"pid":null,"database":${JSON.stringify(database)},"version":null}`);
    expect(before.code).toBe(3);
    const started = await run('start', ...flags);
    const server = JSON.parse(started.out) as object;
    expect(Object.keys(server)).toEqual(['address', 'pid', 'database', 'version']);
    expect(server).toMatchObject({ address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), database });
    expect(await run('start', ...flags)).toEqual({ ...started, code: 0 });
    expect(await run('status', ...flags)).toEqual({ out: started.out, err: '', code: 0 });
    const stopped = await run('stop', ...flags);
    expect(JSON.parse(stopped.out)).toEqual({ ...server, address: null, pid: null });
    expect(await run('status', ...flags)).toEqual({ out: stopped.out, err: '', code: 3 });
  });

  it('says the same in a sentence', async () => {
    vi.stubEnv('DTUNE_HOME', scratch.home('home'));
    expect((await run('status')).out).toMatch(/^Not running; database .*temporal\.db$/);
    expect((await run('stop')).out).toMatch(/^Was not running; /);
    expect((await run('start')).out).toMatch(/^Started at 127\.0\.0\.1:\d+, process \d+; database .*, Temporal \d/);
    expect((await run('start')).out).toMatch(/^Runs already at /);
    expect((await run('status')).out).toMatch(/^Running at /);
    expect((await run('stop')).out).toMatch(/^Stopped process \d+; /);
  });

  it('points out that other commands use another server', async () => {
    const home = scratch.home('home');
    vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.lab:7233');
    expect((await run('start', '--home', home)).err).toContain(
      'Other commands use temporal.lab:7233 instead, which TEMPORAL_ADDRESS or your profile names.',
    );
  });

  it('runs the program it is told to, or says why not', async () => {
    await expect(run('start', '--home', scratch.home('home'), '--temporal', '/nowhere/temporal')).rejects.toThrow(
      'Cannot use the program named for the server: /nowhere/temporal --version failed',
    );
  });
});
