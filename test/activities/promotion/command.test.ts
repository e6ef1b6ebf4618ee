import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { MAX_AGAIN, superviseCommand, type SupervisedRun } from '../../../activities/promotion/command.ts';
import { thisProcess } from '../../../activities/promotion/holder.ts';
import { claim, readClaim, recordOf, writeEnding, type Ending } from '../../../activities/promotion/record.ts';
import { PromotionFailedError, TransientError } from '../../../study/errors.ts';
import { isAlive, temporaryFolder, until } from '../runners/harness.ts';
import {
  childrenOf,
  commandsLeftIn,
  factsOf,
  KEY,
  leftIn,
  runOf,
  runsIn,
  sh,
  supervisorsOf,
  waitingOf,
  WRITE_DOWN,
} from './rig.ts';

const node = (script: string, ...args: string[]): string[] => [process.execPath, '-e', script, ...args];

let folder = '';
afterEach(() => until('nothing is left running', () => leftIn(folder).length === 0));

function run(command: readonly string[], changes: Partial<SupervisedRun> = {}): Promise<Ending> {
  folder = temporaryFolder();
  return superviseCommand(runOf(folder, command, changes), waitingOf());
}

/** Begins a command and waits until it has written itself down. */
async function begin(script: string, changes: Partial<SupervisedRun> = {}) {
  folder = temporaryFolder();
  const abort = new AbortController();
  const logs: string[] = [];
  let cancelled = true;
  const waiting = waitingOf({
    signal: abort.signal,
    isCancelled: () => cancelled,
    log: (line) => void logs.push(line),
  });
  const plan = runOf(folder, sh(`${WRITE_DOWN}; ${script}`), changes);
  const ending = superviseCommand(plan, waiting);
  ending.catch(() => {});
  await until('the command runs', () => runsIn(folder).length === 1);
  return {
    plan,
    ending,
    logs,
    cancel: () => abort.abort(),
    leave: () => {
      cancelled = false;
      abort.abort();
    },
  };
}

describe.skipIf(process.platform !== 'linux')('a command that promotes', () => {
  it('is done when it ends with exit code 0, and its last words are kept, stderr among them in order', async () => {
    const script = sh('echo one; sleep 0.1; echo two >&2; sleep 0.1; printf three');
    expect(await run(script)).toEqual({ state: 'done', output: 'one\ntwo\nthree' });
  });

  it('fails with the exit code or the signal it ends with', async () => {
    expect(await run(sh('echo no such registry; exit 3'))).toEqual({
      state: 'failed',
      reason: 'ended with exit code 3',
      output: 'no such registry',
    });
    expect(await run(sh('kill -9 $$'))).toEqual({ state: 'failed', reason: 'ended with signal SIGKILL', output: '' });
  });

  it('reads the facts as JSON on stdin and in DTUNE_PROMOTION, and its key in DTUNE_IDEMPOTENCY_KEY', async () => {
    const facts = factsOf({ params: { note: `it's $(touch x) \`id\` "🎲"` }, approvedBy: 'Ada' });
    const script = `let text = ''; process.stdin.on('data', (d) => (text += d)).on('end', () =>
      console.log(JSON.stringify([JSON.parse(text), JSON.parse(process.env.DTUNE_PROMOTION), process.env.DTUNE_IDEMPOTENCY_KEY, process.env.DTUNE_ATTEMPT])))`;
    const { output } = await run(node(script), { facts });
    expect(JSON.parse(output)).toEqual([facts, facts, KEY, '1']);
  });

  it('has a schedule that is too long for a variable on stdin alone', async () => {
    const piece = (to: number) => ({ to, params: { lr: 0.1, note: 'x'.repeat(50) } });
    const { schedule: _, ...facts } = factsOf();
    const schedule = Array.from({ length: 3000 }, (_, i) => piece(i + 1));
    const script = `let text = ''; process.stdin.on('data', (d) => (text += d)).on('end', () =>
      console.log(JSON.stringify([JSON.parse(text).schedule.length, JSON.parse(process.env.DTUNE_PROMOTION)])))`;
    const { output } = await run(node(script), { facts: { ...facts, schedule } });
    expect(JSON.parse(output)).toEqual([3000, facts]);
  });

  it('gets its arguments verbatim: no shell reads them', async () => {
    const nasty = ['$(rm -rf .)', '`id`', '$HOME', '; exit 9', "it's", '*', 'a\nb', ''];
    const { output } = await run(node('console.log(JSON.stringify(process.argv.slice(1)))', '--', ...nasty));
    expect(JSON.parse(output)).toEqual(nasty);
  });

  it('may end without reading its input, and may print lines of any length: the last 8 KiB are kept', async () => {
    const script = `process.stdin.destroy(); process.stdout.write('x'.repeat(3_000_000) + 'end', () => process.exit(0))`;
    const ending = await run(node(script));
    expect(ending.state).toBe('done');
    expect(ending.output).toMatch(/^x{8189}end$/);
  });

  it('fails when its time is over, and everything it started is ended', async () => {
    const script = `${WRITE_DOWN}; trap '' TERM; sleep 1000 & echo waiting; wait; sleep 1000`;
    expect(await run(sh(script), { timeoutMs: 700, graceMs: 200 })).toEqual({
      state: 'failed',
      reason: 'ran longer than 700ms (timeout)',
      output: 'waiting',
    });
    await until('the command is gone', () => leftIn(folder).length === 0);
  });

  it('says why it cannot be started', async () => {
    expect(await run(['no-such-program'])).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining("cannot run 'no-such-program': there is no such program on PATH"),
    });
  });

  it('gets the NODE_OPTIONS of the worker, which its supervisor does without', async () => {
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--require ./not-there.cjs';
    try {
      expect(await run(sh('echo "$NODE_OPTIONS"'))).toEqual({ state: 'done', output: '--require ./not-there.cjs' });
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  });

  it('is not started where this worker may not, but waited for', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(`${WRITE_DOWN}; sleep 1; echo it ran`));
    const refusing = waitingOf({ allow: async () => false });
    const refused = superviseCommand(plan, refusing);
    await expect(refused).rejects.toThrow(PromotionFailedError);
    await expect(refused).rejects.toThrow('expected one started with --allow-command');
    expect(runsIn(folder)).toEqual([]);
    const allowed = superviseCommand(plan, waitingOf());
    await until('it runs', () => runsIn(folder).length === 1);
    expect(await superviseCommand(plan, refusing)).toEqual({ state: 'done', output: 'it ran' });
    expect(await allowed).toEqual({ state: 'done', output: 'it ran' });
  });
});

describe.skipIf(process.platform !== 'linux')('one attempt', () => {
  it('runs once, however many wait for it at once and afterwards', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(`${WRITE_DOWN}; sleep 0.5; echo once`));
    const endings = await Promise.all(Array.from({ length: 4 }, () => superviseCommand(plan, waitingOf())));
    endings.push(await superviseCommand(plan, waitingOf({ log: (line) => expect.unreachable(line) })));
    expect(endings).toEqual(endings.map(() => ({ state: 'done', output: 'once' })));
    expect(runsIn(folder)).toHaveLength(1);
    expect(readdirSync(plan.record).sort()).toEqual(['claim-1', 'done', 'supervisor.log']);
  });

  it('is another one for the next attempt, which is told that it is not the first', async () => {
    folder = temporaryFolder();
    const command = sh(`${WRITE_DOWN}; exit $((2 - $DTUNE_ATTEMPT))`);
    expect(await superviseCommand(runOf(folder, command), waitingOf())).toMatchObject({ state: 'failed' });
    const second = runOf(folder, command, { record: recordOf(folder, KEY, 2) });
    expect(await superviseCommand(second, waitingOf())).toMatchObject({ state: 'done' });
    expect(runsIn(folder)).toMatchObject([
      { key: KEY, attempt: 1 },
      { key: KEY, attempt: 2 },
    ]);
  });

  it('runs on where the waiting ends without a cancellation', async () => {
    const { plan, ending, leave } = await begin('sleep 1; echo it ran on');
    leave();
    await expect(ending).rejects.toThrow(TransientError);
    expect(await superviseCommand(plan, waitingOf())).toEqual({ state: 'done', output: 'it ran on' });
    expect(runsIn(folder)).toHaveLength(1);
  });
});

describe.skipIf(process.platform !== 'linux')('a cancellation', () => {
  it('ends the command and what it started, with time to say why', async () => {
    const { ending, cancel } = await begin(`sleep 1000 & trap 'echo tidied up; exit 0' TERM; wait`);
    cancel();
    expect(await ending).toEqual({ state: 'cancelled', output: 'tidied up' });
    expect(commandsLeftIn(folder)).toEqual([]);
  });

  it('ends even what ignores it and has left its group', async () => {
    const { ending, cancel } = await begin(`trap '' TERM; setsid sh -c 'trap "" TERM; sleep 1000' & wait; sleep 1000`, {
      graceMs: 200,
    });
    cancel();
    expect((await ending).state).toBe('cancelled');
    await until('it is gone', () => leftIn(folder).length === 0);
  });

  it('that comes before the supervisor has begun keeps the command from running, now and later', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(WRITE_DOWN));
    const abort = new AbortController();
    const allow = (): boolean => (abort.abort(), true);
    const expected = { state: 'cancelled', output: '' };
    expect(await superviseCommand(plan, waitingOf({ signal: abort.signal, allow }))).toEqual(expected);
    expect(await superviseCommand(plan, waitingOf())).toEqual(expected);
    expect(runsIn(folder)).toEqual([]);
  });

  it('that comes before anything was started starts nothing', async () => {
    folder = temporaryFolder();
    const waiting = waitingOf({ signal: AbortSignal.abort(), allow: () => expect.unreachable() });
    expect(await superviseCommand(runOf(folder, sh(WRITE_DOWN)), waiting)).toEqual({ state: 'cancelled', output: '' });
  });
});

describe.skipIf(process.platform !== 'linux')('a supervisor', () => {
  it('that is killed takes the command with it, which then runs again under its key as attempt 2', async () => {
    const { ending, logs } = await begin('test $DTUNE_ATTEMPT = 2 || { setsid sleep 1000 & sleep 1000; }; echo second');
    const [first] = runsIn(folder);
    const [supervisor] = supervisorsOf(folder);
    process.kill(supervisor!, 'SIGKILL');
    expect(await ending).toEqual({ state: 'done', output: 'second' });
    expect(runsIn(folder)).toMatchObject([
      { key: KEY, attempt: 1 },
      { key: KEY, attempt: 2 },
    ]);
    expect(isAlive(first!.pid)).toBe(false);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatch(
      /was lost: it is not known whether the command took effect; it runs again under the same key/,
    );
  });

  it('that is killed together with its reaper leaves its command to the next one, which ends it before it begins', async () => {
    const { plan, ending } = await begin(
      `test $DTUNE_ATTEMPT = 2 || { trap '' TERM; setsid sleep 1000 & sleep 1000; }; echo second`,
    );
    const [supervisor] = supervisorsOf(folder);
    const left = (await readClaim(plan.record, 1))!.holder!.folder;
    onTestFinished(() => rmSync(left, { recursive: true, force: true }));
    for (const pid of [...childrenOf(supervisor!, 'reaper-host'), supervisor!]) process.kill(pid, 'SIGKILL');
    expect(await ending).toEqual({ state: 'done', output: 'second' });
    const [first] = runsIn(folder);
    expect(isAlive(first!.pid)).toBe(false);
    expect(commandsLeftIn(folder)).toEqual([]);
  });

  it('ends by nothing but SIGKILL before its command has', async () => {
    const { ending } = await begin('sleep 1; echo undisturbed');
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(supervisorsOf(folder)[0]!, signal);
    expect(await ending).toEqual({ state: 'done', output: 'undisturbed' });
    expect(runsIn(folder)).toHaveLength(1);
  });

  it(`is replaced ${MAX_AGAIN} times; then a person has to look`, async () => {
    const { ending, logs } = await begin('sleep 1000');
    for (let run = 1; run <= MAX_AGAIN + 1; run++) {
      await until(`run ${run} has begun`, () => runsIn(folder).length === run);
      process.kill(supervisorsOf(folder)[0]!, 'SIGKILL');
    }
    await expect(ending).rejects.toThrow(PromotionFailedError);
    await expect(ending).rejects.toThrow(`it ran 4 times; look whether it did, by its key ${KEY}`);
    expect(runsIn(folder).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(logs).toHaveLength(MAX_AGAIN);
  });

  it('of another machine is waited for while it shows itself, and lost when it does not', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(`${WRITE_DOWN}; echo here`));
    const elsewhere = { ...thisProcess('/nowhere'), host: 'far', place: 'elsewhere' };
    await claim(plan.record, 1, elsewhere);
    const logs: string[] = [];
    const waiting = waitingOf({ staleMs: 1500, log: (line) => void logs.push(line) });
    const ending = superviseCommand(plan, waiting);
    // its clock may be wrong by years: only that it changes counts
    for (let beats = 1; beats <= 12; beats++) {
      utimesSync(join(plan.record, 'claim-1'), beats, beats);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(runsIn(folder)).toEqual([]);
    expect(await ending).toEqual({ state: 'done', output: 'here' });
    expect(runsIn(folder)).toMatchObject([{ attempt: 2 }]);
    expect(logs).toEqual([expect.stringContaining("' on far was lost")]);
  });

  it('of another machine gives the answer that it has written', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(WRITE_DOWN));
    await claim(plan.record, 1, { ...thisProcess('/nowhere'), place: 'elsewhere' });
    setTimeout(() => void writeEnding(plan.record, { state: 'done', output: 'from far' }), 300);
    expect(await superviseCommand(plan, waitingOf())).toEqual({ state: 'done', output: 'from far' });
    expect(runsIn(folder)).toEqual([]);
  });

  it('whose claim holds no name yet counts as one of another machine', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(`${WRITE_DOWN}; echo mine`));
    await mkdir(plan.record, { recursive: true });
    writeFileSync(join(plan.record, 'claim-1'), '');
    expect(await superviseCommand(plan, waitingOf({ staleMs: 300 }))).toEqual({ state: 'done', output: 'mine' });
    expect(runsIn(folder)).toMatchObject([{ attempt: 2 }]);
  });

  it('that finds itself taken for lost ends its command and says nothing', async () => {
    const { plan, ending, leave } = await begin('sleep 1000');
    leave();
    await ending.catch(() => {});
    await claim(plan.record, 2, { ...thisProcess('/nowhere'), place: 'elsewhere' });
    await until('it is gone', () => leftIn(folder).length === 0);
    await writeEnding(plan.record, { state: 'done', output: 'the second' });
    expect(await superviseCommand(plan, waitingOf())).toEqual({ state: 'done', output: 'the second' });
  });

  it('that cannot begin is told of, with the place of its last words', async () => {
    folder = temporaryFolder();
    const plan = runOf(folder, sh(WRITE_DOWN));
    await mkdir(plan.record, { recursive: true });
    // nowhere for temporary files
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(file, 'nowhere');
    try {
      await expect(superviseCommand(plan, waitingOf())).rejects.toThrow(TransientError);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    expect(readFileSync(join(plan.record, 'supervisor.log'), 'utf8')).toContain('a-file/nowhere');
    expect(runsIn(folder)).toEqual([]);
  });
});
