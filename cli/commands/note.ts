import { Argument, Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import { editStudy, withEdit, type EditFlags } from '../edit.ts';
import { pair } from '../pairs.ts';

/** `dtune note STUDY TEXT`: a remark in the log, on the study or on one trial. */
export function noteCommand(): Command {
  return withEdit(new Command('note').description('write a remark into the log').argument('<study>').argument('<text>'))
    .option('--trial <number>', 'the trial it is about', wholeNumber)
    .action((study: string, text: string, flags: EditFlags & { trial?: number }) => {
      const { trial: number } = flags;
      return editStudy(flags, study, (handle, options) =>
        handle.note(text, { ...options, ...(number !== undefined && { number }) }),
      );
    });
}

/** `dtune tag STUDY key=value …`: sets tags, or takes them away. */
export function tagCommand(): Command {
  const tags = new Argument('[key=value...]', 'tags to set').argParser(pair);
  return withEdit(new Command('tag').description('set tags of a study').argument('<study>').addArgument(tags))
    .option('--remove <key...>', 'tags to take away')
    .action((study: string, set: [string, string][] = [], flags: EditFlags & { remove?: string[] }) => {
      const removed = (flags.remove ?? []).map((key) => [key, null] as const);
      return editStudy(flags, study, (handle, options) =>
        handle.tag(Object.fromEntries([...set, ...removed]), options),
      );
    });
}
