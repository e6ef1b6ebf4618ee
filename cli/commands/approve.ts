import { Command } from 'commander';
import { editStudy, withEdit, type EditFlags } from '../edit.ts';

/** `dtune approve STUDY`: the promotion that waits for a person is carried out. */
export function approveCommand(): Command {
  return withEdit(
    new Command('approve').description('have the promotion that waits carried out').argument('<study>'),
  ).action((study: string, flags: EditFlags) => editStudy(flags, study, (handle, options) => handle.approve(options)));
}

/** `dtune reject STUDY`: it is not, and the study ends. */
export function rejectCommand(): Command {
  return withEdit(
    new Command('reject').description('end the study without the promotion that waits').argument('<study>'),
  ).action((study: string, flags: EditFlags) => editStudy(flags, study, (handle, options) => handle.reject(options)));
}
