import { Argument, Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import { editStudy, withAt, withEdit, type EditFlags } from '../edit.ts';

/** `dtune cancel STUDY N`: ends an open trial; it counts neither as a result nor as a failure. */
export function cancelCommand(): Command {
  return withEdit(onTrial('cancel', 'end an open trial; it counts neither as a result nor as a failure')).action(
    (study: string, number: number, flags: EditFlags) =>
      editStudy(flags, study, (handle, options) => handle.cancelTrial(number, options)),
  );
}

/** `dtune fail STUDY N`: ends an open trial as failed, which counts against stop.maxFailures. */
export function failCommand(): Command {
  return withEdit(onTrial('fail', 'end an open trial as failed, which counts against stop.maxFailures')).action(
    (study: string, number: number, flags: EditFlags) =>
      editStudy(flags, study, (handle, options) => handle.failTrial(number, options)),
  );
}

/** `dtune retry STUDY N`: the failed trial's parameters once more, as a new trial. */
export function retryCommand(): Command {
  return withAt(onTrial('retry', "try a failed trial's parameters again, as a new trial, from its checkpoint")).action(
    (study: string, number: number, flags: EditFlags) =>
      editStudy(flags, study, (handle, options) => handle.retryTrial(number, options)),
  );
}

function onTrial(name: string, description: string): Command {
  const number = new Argument('<trial>', 'its number').argParser(wholeNumber);
  return new Command(name).description(description).argument('<study>').addArgument(number);
}
