import { Argument, Command } from 'commander';
import { editStudy, whole, withEdit, type EditFlags } from '../edit.ts';

/** `dtune cancel STUDY N`: ends an open trial; it counts neither as a result nor as a failure. */
export function cancelCommand(): Command {
  return onTrial('cancel', 'end an open trial; it counts neither as a result nor as a failure').action(
    (study: string, number: number, flags: EditFlags) =>
      editStudy(flags, study, (handle, options) => handle.cancelTrial(number, options)),
  );
}

/** `dtune fail STUDY N`: ends an open trial as failed, which counts against stop.maxFailures. */
export function failCommand(): Command {
  return onTrial('fail', 'end an open trial as failed, which counts against stop.maxFailures').action(
    (study: string, number: number, flags: EditFlags) =>
      editStudy(flags, study, (handle, options) => handle.failTrial(number, options)),
  );
}

function onTrial(name: string, description: string): Command {
  const number = new Argument('<trial>', 'its number').argParser(whole);
  return withEdit(new Command(name).description(description).argument('<study>').addArgument(number));
}
