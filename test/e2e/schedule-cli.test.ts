/** `dtune schedule` as a user has it: from creation to deletion, over a server that was away. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerOf } from '../../cli/background/worker-process.ts';
import { serverStatus } from '../../server/dev-server.ts';
import { Desk, type Done } from './dtune.ts';

const COMMAND = ['python3', 'train.py'];
let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
  await desk.file(
    'train.py',
    'import json, sys\ntrial = json.load(sys.stdin)\nprint(json.dumps({"value": trial["params"]["x"] ** 2}))\n',
  );
});
afterAll(() => desk.close());

const study = (name: string, more: object = {}): object => ({
  name,
  space: { x: { float: [-1, 1] } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { command: COMMAND },
  sampler: 'random',
  stop: { trials: 3 },
  ...more,
});

const json = ({ stdout, stderr, code }: Done): Record<string, unknown> => {
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
};
const schedule = (...args: string[]): Promise<Done> => desk.run('schedule', ...args);
const shown = async (name: string): Promise<Record<string, unknown>> => json(await schedule('show', name, '--json'));
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await delay(500);
};
describe('dtune schedule', () => {
  it('refuses what is wrong before anything exists', async () => {
    const file = await desk.file('wrong.json', study('wrong'));
    const refused = await schedule(
      'create',
      file,
      '--cron',
      '61 2 * * *',
      '--time-zone',
      'Europe/Berln',
      '--carry',
      'x',
    );
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain("its minute is '61', expected 0 to 59");
    expect(refused.stderr).toContain("did you mean 'Europe/Berlin'?");
    expect(refused.stderr).toContain('carry is "x", expected a whole number from 0 to 1000');
    const both = await schedule('create', file, '--cron', '0 2 * * *', '--every', '6h');
    expect(both.stderr).toContain('cron and every are both given');
    expect((await serverStatus({ home: desk.home })).pid).toBeNull();
  });

  it('runs nights, shows them, keeps server and worker, and ends with its deletion', async () => {
    const file = await desk.file('nightly.json', study('nightly'));
    const options = ['--cron', '0 2 * * *', '--time-zone', 'Europe/Berlin', '--jitter', '5m'];
    // ends 1 s after the last study, unless there is a schedule
    const created = await desk.startWith({ DTUNE_IDLE_MS: '1000' }, 'schedule', 'create', file, ...options).done;
    expect(created).toMatchObject({ code: 0 });
    expect(created.stdout).toContain('schedule  nightly: 0 2 * * * Europe/Berlin, up to 5m later, catch-up 10m');
    const pid = (await workerOf(desk.home))!;
    const { study: first } = json(await schedule('trigger', 'nightly', '--json'));
    await desk.run('watch', String(first));
    await until(async () => (await shown('nightly'))['ended'] === 1);
    expect(await shown('nightly')).toMatchObject({ champion: { study: first }, nights: [{ status: 'complete' }] });
    expect(await workerOf(desk.home)).toBe(pid);

    expect(await schedule('create', file, ...options)).toMatchObject({
      code: 0,
      stderr: "schedule 'nightly' unchanged\n",
    });
    await desk.file('nightly.json', study('nightly', { trial: { command: [...COMMAND, '--more'] } }));
    const refused = await schedule('create', file, ...options);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('trial.command: ["python3", "train.py"] -> ["python3", "train.py", "--more"]');
    expect(await schedule('create', file, ...options, '--update')).toMatchObject({
      code: 0,
      stderr: "schedule 'nightly' changed\n",
    });
    const { study: second } = json(await schedule('trigger', 'nightly', '--json'));
    await desk.run('watch', String(second));
    await until(async () => (await shown('nightly'))['ended'] === 2);
    expect((await shown('nightly'))['nights']).toMatchObject([{}, { status: 'complete', from: first, imported: 3 }]);

    expect((await schedule('pause', 'nightly', '--note', 'vacation')).stdout).toContain('paused (vacation)');
    expect((await schedule('list')).stdout).toMatch(/^nightly .*paused \(vacation\)/m);
    expect((await schedule('resume', 'nightly')).stdout).not.toContain('paused');
    expect(await schedule('delete', 'nightly')).toMatchObject({ code: 0, stdout: "schedule 'nightly' is deleted\n" });
    await until(async () => (await workerOf(desk.home)) === undefined);
    await until(async () => (await serverStatus({ home: desk.home })).pid === null);
    expect(await schedule('show', 'nightly')).toMatchObject({
      code: 2,
      stderr: "there is no schedule named 'nightly'; there are no schedules here yet\n",
    });
    expect((await desk.run('list')).stdout).toContain(String(first));
  }, 180_000);

  it('begins the night that was missed while the server was away', async () => {
    const file = await desk.file('away.json', study('away'));
    // not so near to the minute that it begins before the server is away
    if (Date.now() % 60_000 > 50_000) await delay(60_000 - (Date.now() % 60_000));
    expect(await schedule('create', file, '--every', '1m')).toMatchObject({ code: 0 });
    expect(await desk.run('server', 'stop')).toMatchObject({ code: 0 });
    const missed = Math.floor(Date.now() / 60_000) * 60_000 + 60_000;
    await delay(missed + 1000 - Date.now());
    await until(async () => ((await shown('away'))['nights'] as { night: string }[]).length > 0);
    const [{ night }] = (await shown('away'))['nights'] as { night: string }[];
    expect(Date.parse(night)).toBe(missed);
    await schedule('delete', 'away');
  }, 180_000);
});
