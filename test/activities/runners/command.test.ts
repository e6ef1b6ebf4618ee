import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../activities/runners/command.ts';
import type { RunLimits, TrialFacts } from '../../../activities/runners/runner.ts';
import { TrialFailedError } from '../../../study/errors.ts';
import { factsOf, isAlive, limitsOf, recordEvents, temporaryFolder, until, type Recorded } from './harness.ts';

interface Options {
  readonly cwd?: string;
  readonly facts?: Partial<TrialFacts>;
  readonly limits?: Partial<RunLimits>;
  readonly events?: Recorded;
}

function run(command: readonly string[], { cwd = '/', facts, limits, events }: Options = {}): Promise<unknown> {
  const spec = { kind: 'command', command, cwd, retries: 0, heartbeatMs: 10_000 } as const;
  return runCommand(spec, factsOf(facts), events ?? recordEvents(), limitsOf(limits));
}

const node = (script: string, ...args: string[]): string[] => [process.execPath, '-e', script, ...args];
const sh = (script: string): string[] => ['sh', '-c', script];

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    (value) => new Error(`it gave ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TrialFailedError);
  return (error as Error).message;
}

/** Begins a trial that prints the ids of its processes as `PIDS 1 2 3`, and tells them. */
async function begin(
  command: readonly string[],
  graceMs = 5000,
): Promise<{ run: Promise<unknown>; stop: () => void; pids: number[] }> {
  const abort = new AbortController();
  const events = recordEvents();
  const running = run(command, { limits: { signal: abort.signal, graceMs }, events });
  running.catch(() => {});
  // a line is handed over when the next one comes
  await until('it prints its process ids', () => events.lines.some((line) => line.startsWith('PIDS')));
  const pids = events.lines
    .find((line) => line.startsWith('PIDS'))!
    .split(' ')
    .slice(1)
    .map(Number);
  expect(pids.map(isAlive)).toEqual(pids.map(() => true));
  return { run: running, stop: () => abort.abort(), pids };
}

describe('a command', () => {
  it('reads the trial as one JSON object on stdin, in which what is absent is null', async () => {
    const facts = { budget: 27, checkpoint: 'ckpt/1', phase: 'test' } as const;
    const echo = node(
      `let text = ''; process.stdin.on('data', (d) => (text += d)).on('end', () =>
        console.log(JSON.stringify({ value: 1, attributes: JSON.parse(text) })))`,
    );
    expect(await run(echo, { facts })).toEqual({ value: 1, attributes: factsOf(facts) });
    expect(await run(echo)).toMatchObject({ attributes: { budget: null, checkpoint: null } });
  });

  it('reads how to divide its rows from stdin, and hands it on to dtune split in DTUNE_EVALUATION', async () => {
    const evaluation = { test: { kind: 'hold-out', size: 0.2 }, seed: 5, repeat: 2 } as const;
    const echo = node(
      `let text = ''; process.stdin.on('data', (d) => (text += d)).on('end', () => console.log(JSON.stringify({
        value: 1, attributes: { stdin: JSON.parse(text).evaluation, env: process.env.DTUNE_EVALUATION ?? null } })))`,
    );
    const { attributes } = (await run(echo, { facts: { evaluation, phase: 'test' } })) as {
      attributes: { stdin: unknown; env: string };
    };
    expect(attributes.stdin).toEqual(evaluation);
    expect(JSON.parse(attributes.env)).toEqual({ phase: 'test', evaluation });
    vi.stubEnv('DTUNE_EVALUATION', 'of another trial');
    expect(await run(echo)).toEqual({ value: 1, attributes: { stdin: null, env: null } });
    vi.unstubAllEnvs();
  });

  it('gives 50,000 rows of predictions in the file DTUNE_RESULT, beside a result of the usual size', async () => {
    const script = `const rows = Array.from({ length: 50_000 }, (_, i) => i);
      const predictions = { truth: rows, predicted: rows, scores: rows.map((i) => [i / 7, NaN]) };
      const text = JSON.stringify({ value: 1, text: 'x'.repeat(Number(process.argv[1])), predictions });
      require('fs').writeFileSync(process.env.DTUNE_RESULT, text.replaceAll('null', 'NaN'))`;
    const { predictions } = (await run(node(script, '0'))) as { predictions: Record<string, unknown[]> };
    expect(Object.values(predictions).map(({ length }) => length)).toEqual([50_000, 50_000, 50_000]);
    expect(predictions['scores']![49_999]).toEqual([49_999 / 7, NaN]);
    expect(await reasonOf(run(node(script, '1048576')))).toBe(
      'the file DTUNE_RESULT has 1048597 bytes beside its predictions: expected at most 1048576',
    );
  });

  it('gets arguments and parameters verbatim, whatever a shell would make of them', async () => {
    const nasty = {
      a: `it's "quoted" $(touch x) \`id\` $HOME; rm -rf *`,
      'b.ü': 'zwei  Wörter\n\t🎲',
      c: ['\\', '%s', '--x'],
    };
    const args = Object.values(nasty).flat();
    const result = await run(
      node(
        `console.log(JSON.stringify({ value: 1, attributes: { params: JSON.parse(process.env.DTUNE_PARAMS), args: process.argv.slice(1) } }))`,
        '--',
        ...args,
      ),
      { facts: { params: nasty } },
    );
    expect(result).toEqual({ value: 1, attributes: { params: nasty, args } });
  });

  it('works in the directory it is given', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'result.json'), '{"value": 4}');
    expect(await run(['cat', 'result.json'], { cwd })).toEqual({ value: 4 });
  });

  it('gives its result as the last line, with or without a line end', async () => {
    expect(await run(sh(`echo 'epoch 1'; echo '{"value": 1}'; echo '{"value": 2}'; echo; printf '  \\r\\n'`))).toEqual({
      value: 2,
    });
    expect(await run(sh(`printf '{"value": 3}'`))).toEqual({ value: 3 });
  });

  it('gives its result in the file DTUNE_RESULT before one on stdout, a file of this attempt that is gone afterwards', async () => {
    const events = recordEvents();
    const script = sh(`echo "$DTUNE_RESULT"; echo '{"value": 5}' > "$DTUNE_RESULT"; echo '{"value": 6}'`);
    expect(await run(script, { events })).toEqual({ value: 5 });
    expect(await run(script, { events })).toEqual({ value: 5 });
    const [first, second] = events.lines as [string, string];
    expect(first).not.toBe(second);
    expect([existsSync(first), existsSync(second)]).toEqual([false, false]);
  });

  it('reports and saves checkpoints by lines of its own; other lines are output, and the result is not', async () => {
    const events = recordEvents();
    const script = sh(`cat <<'END'
starting
{"report": [1, 0.5]}
 { "checkpoint" : "a b/1" }
{"loss": 3}
{"report": [2, -1e-3]}
{"report": [3, 0.1
{"value": 1}
END`);
    expect(await run(script, { events })).toEqual({ value: 1 });
    expect(events.reports).toEqual([
      [1, 0.5],
      [2, -0.001],
    ]);
    expect(events.checkpoints).toEqual(['a b/1']);
    expect(events.lines).toEqual(['starting', '{"loss": 3}', '{"report": [3, 0.1']);
  });

  it('may print NaN and infinities as Python does', async () => {
    expect(await run(['echo', '{"values": {"a NaN": NaN, "b": -Infinity, "c": Infinity}, "cost": 1}'])).toEqual({
      values: { 'a NaN': NaN, b: -Infinity, c: Infinity },
      cost: 1,
    });
  });

  it('need not read its input', async () => {
    const params = { text: 'x'.repeat(100_000) };
    expect(await run(sh(`exec 0<&-; sleep 0.2; echo '{"value": 1}'`), { facts: { params } })).toEqual({ value: 1 });
    expect(await run(['echo', '{"value": 1}'], { facts: { params } })).toEqual({ value: 1 });
  });

  it('may print without end, and what it printed besides is not held', async () => {
    const events = { ...recordEvents(), output: () => {} };
    const script = `const line = 'x'.repeat(99) + '\\n'; for (let i = 0; i < 2000; i++) require('fs').writeSync(1, line.repeat(100)); console.log('{"value": 1}')`;
    expect(await run(node(script), { events })).toEqual({ value: 1 });
  });

  it('ends what it left behind in its group', async () => {
    const events = recordEvents();
    expect(await run(sh(`sleep 1000 & echo $!; echo '{"value": 1}'`), { events })).toEqual({ value: 1 });
    expect(isAlive(Number(events.lines[0]))).toBe(false);
  });
});

describe('a command that fails', () => {
  it.each<[string, string[], string]>([
    [
      'an exit code',
      sh('echo "Traceback …" >&2; echo "ValueError: bad lr" >&2; exit 3'),
      `'sh -c echo "Traceback …" >&2; echo "ValueError: bad lr" >&2; exit 3' ended with exit code 3; stderr ends with:\nTraceback …\nValueError: bad lr`,
    ],
    ['an exit code in spite of a result', sh(`echo '{"value": 1}'; exit 1`), `ended with exit code 1`],
    ['a signal', sh('kill -SEGV $$'), 'ended with signal SIGSEGV'],
    ['a kill from outside', sh('kill -KILL $$'), 'ended with signal SIGKILL (out of memory, perhaps)'],
    [
      'no result',
      ['true'],
      `'true' gave no result: expected {"value": number} as the last line of stdout or in the file DTUNE_RESULT; it wrote neither`,
    ],
    ['another last line', sh(`echo '{"value": 1}'; echo Done.`), 'gave no result: expected {"value": number}'],
    ['a last line that is no JSON', ['echo', "{'value': 1}"], `there is "{'value': 1}"`],
    ['a live line as the last', ['echo', '{"report": [1, 2]}'], 'it wrote neither'],
    ['a bare number', ['echo', '0.97'], 'there is "0.97"'],
    [
      'a report that is no number',
      ['echo', '{"report": [3, NaN]}'],
      'the value reported at step 3 is NaN: expected a finite number',
    ],
    ['a report that is no pair', ['echo', '{"report": 5}'], 'a report is 5: expected [step, value]'],
    [
      'a checkpoint that is no string',
      ['echo', '{"checkpoint": {"epoch": 3}}'],
      'the checkpoint is { epoch: 3 }: expected a string',
    ],
    [
      'a line without end',
      node(`process.stdout.write('x'.repeat(2 ** 20 + 1)); setInterval(() => {}, 1000)`),
      'printed a line of more than 1048576 bytes: expected shorter lines on stdout; ' +
        'a command writes a long result to the file DTUNE_RESULT',
    ],
    [
      'a result file that is too large',
      node(`require('fs').writeFileSync(process.env.DTUNE_RESULT, 'x'.repeat(2 ** 20 + 1))`),
      'the file DTUNE_RESULT has 1048577 bytes: expected at most 1048576',
    ],
  ])('by %s says so', async (_, command, message) => {
    expect(await reasonOf(run(command))).toContain(message);
  });

  it('keeps the end of stderr alone', async () => {
    const reason = await reasonOf(run(node(`process.stderr.write('é'.repeat(3e6) + 'the end'); process.exitCode = 1`)));
    expect(reason).toMatch(/stderr ends with:\né+the end$/);
    expect(Buffer.byteLength(reason.split('stderr ends with:\n')[1]!)).toBeLessThanOrEqual(2048);
  });

  it.each<[string, string[], string]>([
    [
      'does not exist',
      ['pyton3', 'train.py'],
      `cannot run 'pyton3': there is no such program on PATH: expected one that is installed on the worker's machine, or a full path; PATH is /`,
    ],
    [
      'is not at its path',
      ['./train.sh'],
      `cannot run './train.sh': there is no such program in /, or its #! line names one`,
    ],
    ['is no program', [''], `cannot run '':`],
    ['has an impossible argument', ['echo', 'a\0b'], `cannot run 'echo':`],
  ])('since it %s says so', async (_, command, message) => {
    expect(await reasonOf(run(command))).toContain(message);
  });

  it('since its directory does not exist says so', async () => {
    const cwd = join(temporaryFolder(), 'gone');
    expect(await reasonOf(run(['echo'], { cwd }))).toBe(
      `cannot run 'echo': its working directory ${cwd} does not exist on this machine`,
    );
  });

  it('since it is not executable says so', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'train'), '#!/bin/sh\n');
    chmodSync(join(cwd, 'train'), 0o644);
    expect(await reasonOf(run(['./train'], { cwd }))).toBe(
      `cannot run './train': it is not executable: expected a program with execute permission (chmod +x)`,
    );
  });

  it('since its parameters are too long says so', async () => {
    expect(await reasonOf(run(['true'], { facts: { params: { text: 'x'.repeat(4_000_000) } } }))).toBe(
      `cannot run 'true': its arguments and parameters are longer than this system allows`,
    );
  });
});

describe('a command that is ended', () => {
  it('takes all that it started with it when it is cancelled', async () => {
    const trial = await begin(sh(`sh -c 'sleep 1000 & echo "PIDS $$ $!"; echo; echo next; wait' & wait`));
    trial.stop();
    await expect(trial.run).rejects.toThrow('ended with signal SIGTERM');
    expect(trial.pids.filter(isAlive)).toEqual([]);
  });

  it('still gives a result that it prints within the grace', async () => {
    const trial = await begin(
      sh(`trap 'echo "{\\"value\\": 7}"; exit 0' TERM; echo "PIDS $$"; echo next; while true; do sleep 0.05; done`),
    );
    trial.stop();
    expect(await trial.run).toEqual({ value: 7 });
    expect(trial.pids.filter(isAlive)).toEqual([]);
  });

  it('is killed after the grace if it ignores SIGTERM, and its children with it', async () => {
    const trial = await begin(
      sh(
        `trap '' TERM; sh -c 'while true; do sleep 1; done' & echo "PIDS $$ $!"; echo next; while true; do sleep 1; done`,
      ),
      300,
    );
    trial.stop();
    await expect(trial.run).rejects.toThrow('ended with signal SIGKILL');
    expect(trial.pids.filter(isAlive)).toEqual([]);
  });

  it('leaves no child that outlives its leader and ignores SIGTERM', async () => {
    const trial = await begin(
      sh(`sh -c 'trap "" TERM; while true; do sleep 1; done' & echo "PIDS $$ $!"; sleep 0.3; echo next; wait`),
      300,
    );
    trial.stop();
    await expect(trial.run).rejects.toThrow('ended with signal SIGTERM');
    expect(trial.pids.filter(isAlive)).toEqual([]);
  });

  it('has failed by its timeout, even if it has a result then', async () => {
    const limits = { timeoutMs: 300 };
    expect(await reasonOf(run(sh('sleep 1000'), { limits }))).toBe('ran longer than 300ms (timeout)');
    const late = sh(`trap 'echo "{\\"value\\": 7}"; exit 0' TERM; while true; do sleep 0.05; done`);
    expect(await reasonOf(run(late, { limits }))).toBe('ran longer than 300ms (timeout)');
  });

  it('is killed after its timeout and the grace', async () => {
    const events = recordEvents();
    const stubborn = sh(`trap '' TERM; echo $$; echo next; while true; do sleep 1; done`);
    expect(await reasonOf(run(stubborn, { limits: { timeoutMs: 500, graceMs: 200 }, events }))).toBe(
      'ran longer than 500ms (timeout)',
    );
    expect(isAlive(Number(events.lines[0]))).toBe(false);
  });
});
