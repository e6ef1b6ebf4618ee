import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../artifacts/archive.ts';
import { artifactsOf, fileStore } from '../../artifacts/store.ts';
import type { Evaluation } from '../../study/evaluation/contract.ts';
import { EVALUATED, judged, promoted } from '../cli/evaluated.ts';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
  await desk.file(
    'train.py',
    'import json, sys\ntrial = json.load(sys.stdin)\nprint(json.dumps({"value": trial["params"]["x"] ** 2}))\n',
  );
  const file = await desk.file('plain.json', {
    name: 'plain',
    space: { x: { float: [-1, 1] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { command: ['python3', 'train.py'] },
    sampler: 'random',
    stop: { trials: 4 },
    seed: 3,
    enqueue: [{ x: 0.5, baseline: true }],
  });
  expect(await desk.run('run', file)).toMatchObject({ code: 0 });
});
afterAll(() => desk.close());

/** The study under another name, as it would be archived had it been evaluated so. */
async function evaluated(name: string, evaluation: Evaluation): Promise<void> {
  const artifacts = artifactsOf(desk.home);
  const { version: _version, ...study } = (await readArchive(fileStore(artifacts), 'plain'))!;
  await writeArchive(fileStore(artifacts), {
    ...study,
    definition: { ...study.definition, name, evaluate: EVALUATED.evaluate! },
    status: { ...study.status, study: name, evaluation },
  });
}

describe('dtune verdict', () => {
  it.each([
    ['promote', 0],
    ['keep', 3],
    ['inconclusive', 4],
  ] as const)('says %s, with exit code %i', async (decision, code) => {
    await evaluated(decision, judged({ decision }));
    const plain = await desk.run('verdict', decision);
    expect(plain).toMatchObject({ code, stderr: '' });
    expect(plain.stdout).toContain(`verdict     ${decision}: the challenger is better`);
    const { stdout, code: again } = await desk.run('verdict', decision, '--json');
    expect(again).toBe(code);
    const answer = JSON.parse(stdout) as object;
    expect(Object.keys(answer).join(' ')).toBe(
      'study decision reason verdict champion challenger scores warnings unchecked promotion',
    );
    expect(answer).toMatchObject({ study: decision, decision, verdict: { decision, n: 450 }, promotion: null });
  });

  it('says why there is none, with exit code 2', async () => {
    expect(await desk.run('verdict', 'plain')).toMatchObject({
      code: 2,
      stdout:
        "verdict     none: study 'plain' has no evaluate: in its study file, so nothing was tested; add it and run the file with --new\n",
    });
    const { stdout, code } = await desk.run('verdict', 'plain', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ study: 'plain', decision: null, verdict: null, warnings: [] });
    const unknown = await desk.run('verdict', 'nobody');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("there is no study named 'nobody'");
  });

  it('documents its exit codes', async () => {
    expect((await desk.run('verdict', '--help')).stdout).toContain('Exit codes: 0 promote, 3 keep, 4 inconclusive');
  });

  it('stands in the status, too', async () => {
    await evaluated('rejected', promoted({ state: 'rejected', by: 'ada', why: 'too slow' }));
    const { stdout } = await desk.run('status', 'rejected');
    expect(stdout).toContain('\nverdict   promote: the challenger is better');
    expect(stdout).toContain('\nwarning   bound: ');
    expect(stdout).toContain('\npromotion rejected by ada: too slow');
  });
});

describe('dtune report', () => {
  it('writes one page beside the caller, and says where', async () => {
    await evaluated('shown', promoted({ state: 'done', by: 'ada' }));
    const { code, stdout } = await desk.run('report', 'shown');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^report: file:.*shown-report\.html\n$/);
    const page = await readFile(join(desk.folder, 'shown-report.html'), 'utf8');
    expect(page).toContain('<h1>shown</h1>');
    expect(page).toContain('Promote the challenger');
    expect(page).toContain('Best (trial ');
  });

  it('prints what it shows as JSON, and writes where it is told to', async () => {
    const file = join(desk.folder, 'elsewhere.html');
    const { stdout } = await desk.run('report', 'plain', '-o', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      file,
      definition: { name: 'plain', seed: 3 },
      status: { status: 'complete', counts: { complete: 4 } },
      warnings: [],
      unchecked: [],
    });
    expect(await readFile(file, 'utf8')).toContain('No verdict');
  });

  it('refuses in words where it cannot write, and what it does not know', async () => {
    const nowhere = join(desk.folder, 'no', 'folder.html');
    const refused = await desk.run('report', 'plain', '-o', nowhere);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`cannot write ${nowhere}: `);
    expect(refused.stderr).toContain('name another file with --output');
    expect((await desk.run('report', 'nobody')).stderr).toContain("there is no study named 'nobody'");
  });

  it('reports a study that still runs', async () => {
    const file = await desk.file('lent.json', {
      name: 'lent',
      space: { x: { float: [-1, 1] } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: 'external',
      sampler: 'random',
      stop: { trials: 3 },
      seed: 3,
    });
    await desk.run('run', file, '--detach');
    const { lease } = JSON.parse((await desk.run('ask', 'lent')).stdout) as { lease: string };
    await desk.run('tell', 'lent', lease, '--value', '0.25');
    expect(await desk.run('report', 'lent')).toMatchObject({ code: 0 });
    const page = await readFile(join(desk.folder, 'lent-report.html'), 'utf8');
    expect(page).toContain('running · 1 complete');
    expect((await desk.run('stop', 'lent', '--now')).code).toBe(0);
  });
});

describe('dtune approve and dtune reject', () => {
  it.each(['approve', 'reject'])('%s speaks of a study that there is not', async (verb) => {
    const refused = await desk.run(verb, 'nobody', '--why', 'looks right');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("'nobody'");
  });
});
