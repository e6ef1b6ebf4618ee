import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { replayOf, type FoundSchedule } from '../../client/replaying.ts';
import type { TuningClient } from '../../client/tuning-client.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { followStudy, serve, withFollow } from '../follow.ts';
import { openPlace, withPlace } from '../place.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';

/** `dtune run FILE`: starts the study, or goes on watching it, and prints its result. */
export function runCommand(): Command {
  const command = new Command('run').description('start a study, or go on watching it, and print its result');
  return withFollow(withPlace(command))
    .argument('<file>', 'study file (YAML or JSON)')
    .option('--new', 'start again although a study of this name has closed or was defined otherwise')
    .option('--warm-start <source>', "start from another study's trials, or a file's (.csv, .jsonl, .json)")
    .addOption(
      new Option(
        '--replay-schedule <study>',
        "train once with the schedule that a population's best trial was trained with, or STUDY#TRIAL",
      ).conflicts('warmStart'),
    )
    .option('--foreground', 'keep server and worker as children of this command and end them with it')
    .action(async (file: string, options) => {
      const content = withWarmStart(readStudyFile(file), options.warmStart);
      // refused here, before anything is started
      const checked = definitionOf(content, file);
      const place = await openPlace({ ...options, foreground: options.foreground === true });
      try {
        const found = options.replaySchedule && (await foundSchedule(place.client, options.replaySchedule));
        // a file without a seed means the seed that was drawn when the study started; the one that a schedule was found with
        const definition = (seed?: number): StudyDefinition =>
          found ? replayOf(definitionOf(content, file, found.seed), found) : definitionOf(content, file, seed);
        const started = found ? definition() : checked;
        const again = { again: options.new === true };
        const standing = await place.client.standing(definition, again);
        if (standing !== 'closed') {
          await serve(place, started);
          const onNote = (note: string): void => void process.stderr.write(`${note}\n`);
          const { name, chosen } = started.sampler;
          if (standing === 'none' && chosen !== undefined) onNote(`sampler ${name}, ${chosen}`);
          await place.client.start(definition, { ...again, onNote });
        }
        await followStudy(place, started.name, options);
      } finally {
        await place.close();
      }
    });
}

/** The schedule of a trial, 'STUDY#TRIAL' or a study's best, and the seed of its study. */
async function foundSchedule(client: TuningClient, source: string): Promise<FoundSchedule & { readonly seed: number }> {
  const [, study, number] = /^([^#]+)(?:#(\d+))?$/.exec(source) ?? [];
  if (study === undefined)
    throw new StudyDefinitionError(
      `--replay-schedule is ${show(source)}, expected a study's name, or STUDY#TRIAL; write pbt#17, say`,
    );
  const handle = client.study(study);
  const { definition } = await handle.found();
  const lineage = await handle.lineage(number === undefined ? undefined : Number(number));
  return { study, lineage, seed: definition.seed };
}

/** The study file's content with a source from the command line: a file where there is one, else a study. */
function withWarmStart(content: unknown, source: string | undefined): unknown {
  if (source === undefined || !isRecord(content)) return content;
  const {
    study: _study,
    file: _file,
    format: _format,
    ...fitting
  } = { ...(content['warmStart'] as object | undefined) } as Record<string, unknown>;
  const from = existsSync(source) ? { file: resolve(source) } : { study: source };
  return { ...content, warmStart: { ...fitting, ...from } };
}
