import { Argument, Command } from 'commander';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Params } from '../../study/space/space.ts';
import { editStudy, withAt, type EditFlags } from '../edit.ts';
import { pair, paramsOf } from '../pairs.ts';
import { resultOf, withResult, type ResultOptions } from '../result-options.ts';
import { readStudyFile } from '../study-file.ts';

/** `dtune enqueue STUDY lr=0.1 layers=2`: tried next; what is missing is sampled. */
export function enqueueCommand(): Command {
  return withAt(onPoint('enqueue', 'have parameters tried next; those left out are sampled'))
    .option('--file <path>', 'a list of trials in YAML or JSON, as `enqueue` in a study file')
    .action((study: string, pairs: [string, string][] = [], flags: EditFlags & { file?: string }) => {
      const { file } = flags;
      if ((file === undefined) === (pairs.length === 0))
        throw new StudyDefinitionError('enqueue: expected either name=value for one trial, or --file for several');
      const listed = file === undefined ? undefined : readStudyFile(file);
      if (listed !== undefined && !Array.isArray(listed))
        throw new StudyDefinitionError(`${file} holds no list, expected one trial an item: - { lr: 0.1 }`);
      return editStudy(flags, study, async (handle, options) => {
        const { space } = (await handle.edits()).definition;
        return handle.enqueue((listed as Params[] | undefined) ?? [paramsOf(pairs, space)], options);
      });
    });
}

/** `dtune add STUDY lr=0.1 layers=2 --value 0.3`: a result from outside, of a point the study did not ask for. */
export function addCommand(): Command {
  return withResult(withAt(onPoint('add', 'add a result from outside, for the sampler to learn from'))).action(
    (study: string, pairs: [string, string][] = [], flags: EditFlags & ResultOptions) =>
      editStudy(flags, study, async (handle, options) => {
        const { space } = (await handle.edits()).definition;
        return handle.add(paramsOf(pairs, space), resultOf(flags), options);
      }),
  );
}

function onPoint(name: string, description: string): Command {
  const point = new Argument('[name=value...]', 'parameters').argParser(pair);
  return new Command(name).description(description).argument('<study>').addArgument(point);
}
