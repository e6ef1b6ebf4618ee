import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAX_AGAIN, type SupervisedRun } from '../../../activities/promotion/command.ts';
import { recordOf, type Ending } from '../../../activities/promotion/record.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { temporaryFolder, until } from '../runners/harness.ts';
import { factsOf, leftIn, runOf, runsIn, sh, supervisorsOf, WRITE_DOWN } from './rig.ts';

const program = fileURLToPath(new URL('./doomed-promoter.ts', import.meta.url));

/** What the process prints in the end: nothing if it was killed, with all of its group, when `moment` came. */
async function promote(run: SupervisedRun, moment?: () => Promise<unknown>): Promise<Ending | undefined> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const closed = new Promise((resolve) => child.once('close', resolve));
  await until('it has begun', () => printed.startsWith('BEGIN\n'));
  if (moment) {
    await moment();
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
  }
  await closed;
  const [, ending = ''] = printed.split('\n');
  return ending === '' ? undefined : (JSON.parse(ending) as Ending);
}

describe.skipIf(process.platform !== 'linux')('a worker that is killed while its command promotes', () => {
  const POINTS = 14;

  it(
    `leaves one run with one answer, whenever it is killed: ${POINTS} seeded points`,
    { timeout: 180_000 },
    async () => {
      const folder = temporaryFolder();
      const rng = createRng(20261201, 0);
      // spread from before there is a supervisor to after the command's end
      const points = Array.from({ length: POINTS }, (_, point) => (1400 * (point + rng.uniform(0, point))) / POINTS);
      let interrupted = 0;
      const attempt = async (afterMs: number, point: number): Promise<void> => {
        const facts = factsOf({ idempotencyKey: `dtune/digits/run-${point}/promotion` });
        const command = sh(`${WRITE_DOWN}; sleep 0.5; echo "promoted $DTUNE_IDEMPOTENCY_KEY"`);
        const run = runOf(folder, command, { facts, record: recordOf(folder, facts.idempotencyKey, 1) });
        const told = await promote(run, () => sleep(afterMs));
        if (told === undefined) interrupted++;
        const expected = { state: 'done', output: `promoted ${facts.idempotencyKey}` };
        expect(told ?? (await promote(run)), `killed after ${afterMs} ms`).toEqual(expected);
        // and once more, as if the answer had been lost on its way
        if (point % 7 === 0) expect(await promote(run)).toEqual(expected);
        const runs = runsIn(folder).filter(({ key }) => key === facts.idempotencyKey);
        expect(runs, `killed after ${afterMs} ms`).toMatchObject([{ attempt: 1 }]);
      };
      // two at a time
      for (let point = 0; point < POINTS; point += 2)
        await Promise.all([attempt(points[point]!, point), attempt(points[point + 1]!, point + 1)]);
      expect(interrupted).toBeGreaterThanOrEqual(5);
      await until('nothing is left running', () => leftIn(folder).length === 0);
    },
  );

  it.each([
    ['a folder for its record', (run: SupervisedRun) => existsSync(run.record)],
    ['a supervisor that starts', (run: SupervisedRun) => existsSync(join(run.record, 'supervisor.log'))],
    ['a claim', (run: SupervisedRun) => existsSync(join(run.record, 'claim-1'))],
    ['a command that runs', (run: SupervisedRun) => runsIn(run.action.cwd).length > 0],
    ['an ending', (run: SupervisedRun) => existsSync(join(run.record, 'done'))],
  ])('leaves one run if it is killed as soon as there is %s', async (what, isThere) => {
    const folder = temporaryFolder();
    const run = runOf(folder, sh(`${WRITE_DOWN}; sleep 0.3; echo once`));
    await promote(run, async () => {
      // looked at as often as can be
      for (const end = performance.now() + 20_000; !isThere(run); await nextTurn())
        if (performance.now() > end) throw new Error(`there is not ${what}`);
    });
    expect(await promote(run)).toEqual({ state: 'done', output: 'once' });
    expect(runsIn(folder)).toMatchObject([{ attempt: 1 }]);
    await until('nothing is left running', () => leftIn(folder).length === 0);
  });

  it('may be killed again and again: the command still runs once', { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const rng = createRng(20261202, 0);
    const run = runOf(folder, sh(`${WRITE_DOWN}; sleep 4; echo at last`));
    for (let kill = 0; kill < 5; kill++) await promote(run, () => sleep(300 * rng.uniform(0, kill)));
    expect(await promote(run)).toEqual({ state: 'done', output: 'at last' });
    expect(runsIn(folder)).toMatchObject([{ attempt: 1 }]);
    await until('nothing is left running', () => leftIn(folder).length === 0);
  });
});

describe.skipIf(process.platform !== 'linux')('a machine that loses worker and supervisor together', () => {
  it('runs the command again, never two at a time, each told which it is', { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    const rng = createRng(20261203, 0);
    const overlaps = `while read key attempt pid; do [ -e /proc/$pid/exe ] && echo overlap; done < runs.log`;
    const run = runOf(
      folder,
      sh(`[ -e runs.log ] && { ${overlaps}; }; ${WRITE_DOWN}; sleep 1; echo "run $DTUNE_ATTEMPT"`),
    );
    for (let kill = 1; kill <= MAX_AGAIN; kill++)
      await promote(run, async () => {
        await until(`claim ${kill} is there`, () => existsSync(join(run.record, `claim-${kill}`)));
        // from before the command has begun to its middle
        await sleep(400 * rng.uniform(0, kill));
        for (const pid of supervisorsOf(folder)) process.kill(pid, 'SIGKILL');
      });
    expect(await promote(run)).toEqual({ state: 'done', output: 'run 4' });
    const attempts = runsIn(folder).map(({ attempt }) => attempt);
    expect(attempts).toEqual([...new Set(attempts)].sort((a, b) => a - b));
    expect(attempts.at(-1)).toBe(4);
    await until('nothing is left running', () => leftIn(folder).length === 0);
  });
});
