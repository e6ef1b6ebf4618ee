/** Asking for parameters in each of the ways in which trials run. */
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../activities/runners/command.ts';
import { runFunctionProcess } from '../../../activities/runners/function-process.ts';
import { createRegisteredRunner } from '../../../activities/runners/registered.ts';
import type { TrialEvents } from '../../../activities/runners/runner.ts';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import { TrialFailedError, TrialPrunedError } from '../../../study/errors.ts';
import { factsOf, fileOf, limitsOf, recordEvents } from './harness.ts';

/** What was asked for is written down; the answer is the first bound, choice, or true. */
function answering(): TrialEvents & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    ...recordEvents(),
    asked,
    async suggest(name, parameter) {
      asked.push([name, parameter]);
      if (name === 'bad') throw new TrialFailedError('bad cannot be');
      if (name === 'late') throw new TrialPrunedError('it is over');
      const [value] = Object.values(parameter) as [unknown];
      return (Array.isArray(value) ? value[0] : value) as never;
    },
  };
}

const EVERYTHING = `
  const lr = await trial.suggestFloat('lr', 0.001, 0.1, { log: true });
  const x = await trial.suggestFloat('x', 0.5, 1, { step: 0.25 });
  const n = await trial.suggestInt('n', 3, 9);
  const [a, b, c] = await Promise.all([
    trial.suggestCategorical('a', ['p', null]), trial.suggestCategorical('b', [7, 8], { ordered: true }), trial.suggestBool('c'),
  ]);
  return { value: 1, attributes: { lr, x, n, a, b, c } };`;

const ASKED = [
  ['lr', { float: [0.001, 0.1], scale: 'log' }],
  ['x', { float: [0.5, 1], step: 0.25 }],
  ['n', { int: [3, 9] }],
  ['a', { choice: ['p', null] }],
  ['b', { ordinal: [7, 8] }],
  ['c', { bool: true }],
];

/** The same text as a registered function. */
const functionOf = (code: string): Promise<TrialFunction> =>
  import(fileOf('trials.mjs', `export async function train(trial) {${code}}`)).then(
    ({ train }: { train: TrialFunction }) => train,
  );

const WAYS: Readonly<Record<string, (code: string, events: TrialEvents) => Promise<unknown>>> = {
  'a registered function': async (code, events) =>
    createRegisteredRunner({ train: await functionOf(code) })({ function: 'train' }, factsOf(), events, limitsOf()),
  'a function of a module': (code, events) =>
    runFunctionProcess(
      { module: fileOf('trials.mjs', `export async function train(trial) {${code}}`), function: 'train' },
      factsOf(),
      events,
      limitsOf(),
    ),
};

describe.each(Object.entries(WAYS))('%s', (_, run) => {
  it('is given what it asks for', async () => {
    const events = answering();
    expect(await run(EVERYTHING, events)).toEqual({
      value: 1,
      attributes: { lr: 0.001, x: 0.5, n: 3, a: 'p', b: 7, c: true },
    });
    expect(events.asked).toEqual(ASKED);
  });

  it('fails in the words of a refusal, and may catch that it is to end', async () => {
    await expect(run(`return trial.suggestBool('bad')`, answering())).rejects.toThrow('bad cannot be');
    const caught = `return trial.suggestBool('late').catch((error) => ({ value: 1, attributes: { name: error.name } }))`;
    expect(await run(caught, answering())).toMatchObject({ attributes: { name: 'TrialPrunedError' } });
  });

  it('is told how, where its study says nothing of asking', async () => {
    await expect(run(`return trial.suggestBool('c')`, recordEvents())).rejects.toThrow(
      'c: trials of this study ask for no parameters, expected defineByRun: true in its definition',
    );
  });
});

describe('a command', () => {
  const run = (script: string, events: TrialEvents): Promise<unknown> =>
    runCommand(
      { kind: 'command', command: ['sh', '-c', script], cwd: '/', retries: 0, heartbeatMs: 10_000 },
      factsOf(),
      events,
      limitsOf(),
    );
  const ask = (asked: object): string =>
    `echo '${JSON.stringify({ suggest: asked })}'; read answer < "$DTUNE_SUGGESTIONS";`;

  it('is given what it asks for by a named pipe', async () => {
    const events = answering();
    const result = await run(
      `${ask({ name: 'lr', float: [0.001, 0.1], scale: 'log' })} echo "{\\"value\\": 1, \\"attributes\\": $answer}"`,
      events,
    );
    expect(result).toEqual({ value: 1, attributes: { name: 'lr', value: 0.001 } });
    expect(events.asked).toEqual([['lr', { float: [0.001, 0.1], scale: 'log' }]]);
  });

  it('hears that it is to end, and fails where there can be no such parameter', async () => {
    expect(
      await run(`${ask({ name: 'late', bool: true })} echo "{\\"value\\": 1, \\"attributes\\": $answer}"`, answering()),
    ).toEqual({
      value: 1,
      attributes: { name: 'late', ended: true },
    });
    await expect(run(ask({ name: 'bad', bool: true }), answering())).rejects.toThrow('bad cannot be');
    await expect(run(ask({ bool: true }), answering())).rejects.toThrow('expected a name and a parameter');
    await expect(run(`echo '{"suggest": {"name": "c", "bool": true}}'; sleep 9`, recordEvents())).rejects.toThrow(
      'expected defineByRun: true in its definition',
    );
  });
});
