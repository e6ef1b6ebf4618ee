import { Command } from 'commander';
import { editStudy, refuseLater, withAt, type EditFlags } from '../edit.ts';

/** `dtune pause STUDY`: no trial starts any more, until `dtune resume STUDY`. */
export function pauseCommand(): Command {
  return withAt(new Command('pause').description('start no more trials; those in flight finish').argument('<study>'))
    .option('--now', 'end the trials in flight with their checkpoints; they go on from there afterwards')
    .action((study: string, flags: EditFlags & { now?: true }) => {
      refuseLater(flags);
      return editStudy(flags, study, (handle, options) => handle.pause({ ...options, now: flags.now === true }));
    });
}

export function resumeCommand(): Command {
  return withAt(new Command('resume').description('go on with a paused study').argument('<study>')).action(
    (study: string, flags: EditFlags) => editStudy(flags, study, (handle, options) => handle.resume(options)),
  );
}
