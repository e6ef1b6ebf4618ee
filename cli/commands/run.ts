import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { isRecord } from '../../study/wording/json.ts';
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
    .option('--foreground', 'keep server and worker as children of this command and end them with it')
    .action(async (file: string, options) => {
      const content = withWarmStart(readStudyFile(file), options.warmStart);
      // refused here, before anything is started
      const checked = definitionOf(content, file);
      const place = await openPlace({ ...options, foreground: options.foreground === true });
      try {
        // a file without a seed means the seed that was drawn when the study started
        const definition = (seed?: number): StudyDefinition => definitionOf(content, file, seed);
        const again = { again: options.new === true };
        if ((await place.client.standing(definition, again)) !== 'closed') {
          await serve(place, checked);
          const onNote = (note: string): void => void process.stderr.write(`${note}\n`);
          await place.client.start(definition, { ...again, onNote });
        }
        await followStudy(place, checked.name, options);
      } finally {
        await place.close();
      }
    });
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
