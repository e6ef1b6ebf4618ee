import { describe, expect, it } from 'vitest';
import { nodeArguments } from '../../../../activities/runners/process/node-program.ts';

const built = 'file:///nowhere/runners/function-process.js';
const source = import.meta.url;

describe('nodeArguments', () => {
  it('starts a built program with a JavaScript module as it is', () => {
    expect(nodeArguments(built, 'function-host', '/trials/a.mjs')).toEqual(['/nowhere/runners/function-host.js']);
  });

  it('starts sources, and built programs with a TypeScript module, through tsx', () => {
    const tsx = expect.stringMatching(/^file:\/\/\/.*\/tsx\//) as string;
    expect(nodeArguments(source, 'reaper-host')).toEqual([
      '--import',
      tsx,
      expect.stringMatching(/\/reaper-host\.ts$/),
    ]);
    const module = new URL('trials.mts', source).pathname;
    expect(nodeArguments(built, 'function-host', module)).toEqual([
      '--import',
      tsx,
      '/nowhere/runners/function-host.js',
    ]);
  });

  it('says how to get tsx where a TypeScript module needs it', () => {
    expect(() => nodeArguments(built, 'function-host', '/nowhere/trials.ts')).toThrow(
      '/nowhere/trials.ts is TypeScript, and tsx, which runs it, is not installed: ' +
        'expected tsx beside it (npm install tsx), or a module compiled to JavaScript',
    );
  });
});
