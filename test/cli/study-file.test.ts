import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { definitionOf } from '../../cli/study-file.ts';
import { MINIMAL, messageOf } from '../study/studies.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dtune-study-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a study file', () => {
  const study = (changes: string): unknown => ({ ...parse(MINIMAL), trial: { function: 'train' }, ...parse(changes) });

  it('is refused where the program of its promotion is not to be found', async () => {
    const file = join(folder, 'study.yaml');
    const content = study('{ evaluate: true, promote: { command: [./deploy.sh] } }');
    expect(messageOf(() => definitionOf(content, file))).toBe(
      `promote.command: there is no program './deploy.sh' on PATH or in ${folder}; install it or give its path`,
    );
    await writeFile(join(folder, 'deploy.sh'), '#!/bin/sh\n');
    await chmod(join(folder, 'deploy.sh'), 0o755);
    expect(definitionOf(content, file).promote!.action).toEqual({
      kind: 'command',
      command: ['./deploy.sh'],
      cwd: folder,
    });
  });
});
