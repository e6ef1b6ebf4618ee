import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrialRequest } from '../../../../../study/contract.ts';
import type { JobSpec } from '../../../../../study/trial/remote.ts';
import { define } from '../../../../study/studies.ts';
import { cancelled, failureOf, LIMITS, startTrial, until, type Started } from '../rig.ts';

const program = fileURLToPath(new URL('./scheduler.mjs', import.meta.url));
const FACTS = `const trial = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dtune-jobs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Changes {
  readonly request?: Partial<TrialRequest>;
  readonly info?: Parameters<typeof startTrial>[2];
  readonly timeoutMs?: number;
  readonly without?: 'find';
}

function jobOf(script: string, without?: Changes['without']): JobSpec {
  const verb = (...words: string[]): string[] => [process.execPath, program, folder, ...words];
  const files = ['{name}', '{trial}', '{log}', '{errors}', '{script}'];
  const written = {
    submit: verb('submit', ...files, process.execPath, '-e', script),
    status: verb('status', '{id}'),
    cancel: verb('cancel', '{id}'),
    ...(without !== 'find' && { find: verb('find', '{name}') }),
    id: String.raw`\d+$`,
    done: ['COMPLETED'],
    failed: ['FAILED', 'CANCELLED'],
    folder: join(folder, 'jobs'),
  };
  const trial = define({ trial: { job: written } }).trial;
  if (trial.kind !== 'job') throw new Error(trial.kind);
  return { ...trial.job, cwd: folder, everyMs: 30, unreachableMs: 60_000 } as JobSpec;
}

function start(script: string, { request, info, timeoutMs, without }: Changes = {}): Started {
  const limits = { ...LIMITS, ...(timeoutMs !== undefined && { timeoutMs }) };
  const trial = { kind: 'job', job: jobOf(script, without), ...limits } as const;
  return startTrial({ trial, ...request }, { allowJob: () => true }, info);
}

const starts = (): string[] =>
  existsSync(join(folder, 'starts')) ? readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n') : [];

describe('a job of a scheduler', () => {
  it('is a command like any other: the trial on stdin, reports and checkpoints by lines, the last line its result', async () => {
    const script = `${FACTS}
      console.log('{"report": [1, 0.9]}\\n{"checkpoint": "c1"}\\nepoch two ü\\n{"report": [2, 0.7]}');
      console.log(JSON.stringify({ value: trial.number, attributes: trial.params }));`;
    const { answer, heartbeats } = start(script);
    expect(await answer).toEqual({
      values: [4],
      attributes: { lr: 0.01, kind: '$(reboot)' },
      reports: [
        [1, 0.9],
        [2, 0.7],
      ],
      checkpoint: 'c1',
      attempt: 1,
    });
    expect(heartbeats.at(-1)!.remote).toMatchObject({ handle: '1' });
    expect(starts()).toEqual([expect.stringMatching(/^dtune-digits-4-[0-9a-f]{16}$/)]);
  });

  it('may write its result to a file', async () => {
    const script = `${FACTS} require('node:fs').writeFileSync(process.env.DTUNE_RESULT, '{"value": 0.25}'); console.log('bye');`;
    expect((await start(script).answer).values).toEqual([0.25]);
  });

  it('that fails is the trial’s own failure, with what it said last', async () => {
    const failure = await failureOf(start(`console.error('no GPU'); process.exit(3)`).answer);
    expect(failure).toMatchObject({ type: 'TrialFailedError' });
    expect(failure.message).toMatch(/^the job 1 ended with exit code 3; it ends with:\nno GPU$/);
  });

  it('whose scheduler is away for a while is waited for', async () => {
    await writeFile(join(folder, 'down'), '');
    const { answer } = start(`console.log('{"value": 0.5}')`);
    setTimeout(() => void rm(join(folder, 'down')), 500);
    expect((await answer).values).toEqual([0.5]);
    expect(starts().length).toBe(1);
  });

  it('that nobody wants is cancelled', async () => {
    const { answer, environment } = start(`setInterval(() => {}, 1000)`);
    await until(() => starts().length > 0);
    environment.cancel(...cancelled('cancelRequested'));
    expect(await failureOf(answer)).toMatchObject({ name: 'CancelledFailure' });
    expect(readFileSync(join(folder, '1.json'), 'utf8')).toContain('CANCELLED');
  });

  it('is submitted by a worker that allows it alone, and a program that is not there is told', async () => {
    const job = jobOf('');
    const trial = { kind: 'job', job, ...LIMITS } as const;
    expect((await failureOf(startTrial({ trial }).answer)).message).toContain('submits no jobs for this study');
    const missing = { ...trial, job: { ...job, submit: ['no-such-sbatch'] } as JobSpec };
    const failure = await failureOf(startTrial({ trial: missing }, { allowJob: () => true }).answer);
    expect(failure.message).toContain("cannot run 'no-such-sbatch': there is no such program on PATH");
  });
});

describe('a worker that dies while it submits a job', () => {
  /** Submits in a process of its own, which is killed before it hears that it did. */
  async function killedWhileSubmitting(without?: 'find'): Promise<string> {
    const script = `setTimeout(() => console.log('{"value": 0.5}'), 300)`;
    await writeFile(join(folder, 'slow'), '');
    const worker = fileURLToPath(new URL('./doomed-submitter.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', worker, JSON.stringify(jobOf(script, without))], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await until(() => starts().length > 0);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await rm(join(folder, 'slow'));
    return script;
  }

  it('has the next attempt find it by its name, and submit nothing', async () => {
    const script = await killedWhileSubmitting();
    expect((await start(script, { info: { attempt: 2 } }).answer).values).toEqual([0.5]);
    expect(starts().length).toBe(1);
  });

  it('has the attempt fail where the scheduler cannot be asked, rather than run twice', async () => {
    const script = await killedWhileSubmitting('find');
    const failure = await failureOf(start(script, { info: { attempt: 2 }, without: 'find' }).answer);
    expect(failure).toMatchObject({ type: 'TrialFailedError' });
    expect(failure.message).toContain('nobody knows whether it did: expected find in the study');
    expect(starts().length).toBe(1);
  });

  it('before it did so has it submitted by the next', async () => {
    const first = start(`console.log('{"value": 0.5}')`);
    await first.answer;
    // of what the first left, only the claim: as if it had died right behind it
    const [job] = readdirSync(join(folder, 'jobs'));
    await rm(join(folder, 'jobs', job!, 'id'));
    await rm(join(folder, '1.json'));
    await rm(join(folder, 'jobs', job!, 'exit'));
    expect((await start(`console.log('{"value": 0.5}')`, { info: { attempt: 2 } }).answer).values).toEqual([0.5]);
    expect(starts().length).toBe(2);
  });
});
