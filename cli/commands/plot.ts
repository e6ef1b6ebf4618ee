import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, Option } from 'commander';
import { allTrials } from '../../client/all-trials.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { METHODS } from '../../plots/importances.ts';
import { DARK, LIGHT } from '../../plots/drawing/palette.ts';
import type { PlottedStudy } from '../../plots/plot.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { wholeNumber } from '../numbers.ts';
import { printJson } from '../output.ts';
import { withClient, withPlace, type PlaceOptions } from '../place.ts';
import { KINDS, type PlotKind, type PlotOptions } from '../plot/kinds.ts';
import { pictureOf } from '../plot/picture.ts';

/** `dtune plot KIND STUDY`: an SVG file, and with --json the numbers that it shows. */
export function plotCommand(): Command {
  const command = new Command('plot').description('a study as a picture: an SVG file');
  for (const kind of KINDS) command.addCommand(kindCommand(kind));
  return command;
}

interface Choices extends PlotOptions, PlaceOptions {
  readonly output?: string;
  readonly json?: true;
  readonly theme: 'light' | 'dark';
}

function kindCommand(kind: PlotKind): Command {
  const { name, about, takes, studies } = kind;
  const command = withPlace(new Command(name).description(about));
  if (studies === 'several') command.argument('<studies...>', 'open or closed, to be compared');
  else command.argument('<study>', 'open or closed');
  if (takes.includes('objective')) command.option('--objective <name>', 'of several (default: the first)');
  if (takes.includes('objectives')) command.option('--objectives <names...>', 'two or more of several (default: all)');
  if (takes.includes('against')) command.option('--against <studies...>', 'the other side');
  if (takes.includes('params')) command.option('--params <names...>', PARAMETERS[name] ?? 'which (default: all)');
  if (takes.includes('trial'))
    command.option('--trial <number>', 'whose schedule is drawn (default: the best)', wholeNumber);
  if (takes.includes('method'))
    command.addOption(new Option('--method <method>', 'of importance').choices(METHODS).default('fanova'));
  return command
    .option('-o, --output <file>', `where to write it, - for stdout (default: STUDY-${name}.svg)`)
    .addOption(new Option('--theme <theme>', 'colours').choices(['light', 'dark']).default('light'))
    .option('--json', 'print {"title", "notes", "columns", "rows"} as one line of JSON; no picture without --output')
    .action(async (given: string | string[], options: Choices) => {
      await withClient(options, async (client) => {
        const names = [given, options.against ?? []].flat();
        const [first, ...others] = await Promise.all(names.map((each) => readStudy(client.study(each))));
        await deliver(kind, [first!, ...others], options);
      });
    });
}

const PARAMETERS: Readonly<Record<string, string>> = {
  contour: 'two of them (default: those that matter most)',
  rank: 'two or more (default: the three that matter most)',
};

/** Draws, writes and prints what was asked for. */
export async function deliver(
  kind: PlotKind,
  studies: readonly [PlottedStudy, ...PlottedStudy[]],
  { output, json, theme, ...options }: Choices,
): Promise<void> {
  if (json && output === '-')
    throw new StudyDefinitionError('--json and --output - would both write to stdout: name a file with --output');
  const colors = theme === 'dark' ? DARK : LIGHT;
  const plot = kind.build(studies, options, colors);
  const { title, notes, table } = plot;
  if (json) printJson({ title, notes, ...table });
  if (json && output === undefined) return;
  const picture = await pictureOf(plot, colors);
  if (output === '-') return void process.stdout.write(picture);
  const names = studies.map(({ definition }) => definition.name).join('-');
  const file = resolve(output ?? `${names}-${kind.name}.svg`);
  await write(file, picture);
  if (!json) process.stdout.write(`plot: ${pathToFileURL(file).href}\n`);
}

/** As it now stands. @throws StudyDefinitionError if there is no such study */
async function readStudy(study: StudyHandle): Promise<PlottedStudy> {
  const { definition } = await study.edits();
  return { definition, trials: await allTrials(study) };
}

async function write(file: string, picture: string): Promise<void> {
  try {
    await writeFile(file, picture);
  } catch (cause) {
    throw new StudyDefinitionError(
      `cannot write ${file}: ${(cause as Error).message}; name another file with --output`,
      { cause },
    );
  }
}
