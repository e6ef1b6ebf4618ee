import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { workflowBundle } from '../workflow-bundle.ts';

const { codePath } = await workflowBundle();
const bundle = await readFile(codePath, 'utf8');
const modules = [...bundle.matchAll(/^\/\*\*\*\/ "([^"]+)":?/gm)].map(([, path]) => path);

describe('the workflow bundle', () => {
  it('holds the workflows and the vocabulary', () => {
    for (const name of ['workflows/study', 'study/ledger/ledger'])
      expect(modules.some((path) => path.includes(`/${name}.`))).toBe(true);
  });

  it.each(['samplers/', 'activities/', 'artifacts/', 'client/', 'server/', 'node_modules/zod'])(
    'holds nothing of %s',
    (folder) => {
      expect(modules.filter((path) => path.includes(`/${folder}`) && !path.includes('@temporalio'))).toEqual([]);
    },
  );

  it('asks Node for nothing', () => {
    const required = [...bundle.matchAll(/require\("(?:node:)?([\w/]+)"\)/g)].map(([, name]) => name);
    expect(
      required.filter((name) => ['fs', 'net', 'child_process', 'crypto', 'path', 'os', 'http'].includes(name)),
    ).toEqual([]);
  });
});
