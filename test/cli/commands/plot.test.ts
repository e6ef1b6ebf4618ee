import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { deliver, plotCommand } from '../../../cli/commands/plot.ts';
import { KINDS, type PlotKind } from '../../../cli/plot/kinds.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';
import { FIVE, studyOf } from '../../plots/studies.ts';

const folder = mkdtempSync(join(tmpdir(), 'dtune-plot-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const kindOf = (name: string): PlotKind => KINDS.find((kind) => kind.name === name)!;

/** What it prints. */
async function printed(...args: Parameters<typeof deliver>): Promise<string> {
  const out: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  await deliver(...args);
  vi.restoreAllMocks();
  return out.join('');
}

describe('dtune plot', () => {
  it('writes a picture and says where', async () => {
    const file = join(folder, 'a.svg');
    const text = await printed(kindOf('history'), [studyOf(FIVE)], { output: file, theme: 'light' });
    expect(text).toBe(`plot: ${pathToFileURL(file).href}\n`);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg\s+xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<\/svg>\n$/);
  });

  it('prints the table alone with --json, and the picture alone to stdout', async () => {
    const slice = kindOf('slice');
    const json = await printed(slice, [studyOf(FIVE)], { json: true, theme: 'light', params: ['depth'] });
    expect(JSON.parse(json)).toEqual({
      title: 'Slices of loss: digits',
      notes: ['5 trials: 3 complete, 1 pruned, 1 failed; only complete ones are drawn.'],
      columns: ['parameter', 'value', 'trial', 'loss'],
      rows: [
        ['depth', 2, 0, 3],
        ['depth', 5, 1, 2],
        ['depth', 6, 4, 1],
      ],
    });
    expect(await printed(slice, [studyOf(FIVE)], { output: '-', theme: 'dark' })).toMatch(/^<svg\s[^]*<\/svg>\n$/);
  });

  it('refuses what it cannot do', async () => {
    const history = kindOf('history');
    await expect(deliver(history, [studyOf(FIVE)], { output: '-', json: true, theme: 'light' })).rejects.toThrow(
      '--json and --output - would both write to stdout: name a file with --output',
    );
    const nowhere = join(folder, 'no', 'such.svg');
    await expect(deliver(history, [studyOf(FIVE)], { output: nowhere, theme: 'light' })).rejects.toThrow(
      StudyDefinitionError,
    );
  });

  it('has a command a kind, which takes what the kind takes', () => {
    const { commands } = plotCommand();
    expect(commands.map((command) => command.name())).toEqual(KINDS.map(({ name }) => name));
    const flags = (name: string): (string | undefined)[] =>
      commands.find((command) => command.name() === name)!.options.map(({ long }) => long);
    expect(flags('contour')).toEqual(expect.arrayContaining(['--objective', '--params', '--output', '--json']));
    expect(flags('timeline')).not.toContain('--objective');
    expect(commands[0].registeredArguments[0]).toMatchObject({ variadic: true, required: true });
  });
});
