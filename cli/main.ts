#!/usr/bin/env node
/**
 * `dtune`: one verb a file in commands/. Exit codes: 0 done, 1 the study failed or two differ, 2 refused, 3 not
 * running, nothing to lend, or the champion is kept, 4 inconclusive, 130 interrupted.
 */
import { Command } from 'commander';
import { addCommand, enqueueCommand } from './commands/enqueue.ts';
import { artifactsCommand } from './commands/artifacts.ts';
import { approveCommand, rejectCommand } from './commands/approve.ts';
import { bestCommand } from './commands/best.ts';
import { continueCommand } from './commands/continue.ts';
import { curveCommand } from './commands/curve.ts';
import { cancelCommand, failCommand, retryCommand } from './commands/end-trial.ts';
import { exportCommand } from './commands/export.ts';
import { askCommand, tellCommand } from './commands/lend.ts';
import { listCommand } from './commands/list.ts';
import { logCommand } from './commands/log.ts';
import { noteCommand, tagCommand } from './commands/note.ts';
import { pauseCommand, resumeCommand } from './commands/pause.ts';
import { planCommand } from './commands/plan.ts';
import { plotCommand } from './commands/plot.ts';
import { diffCommand } from './commands/diff.ts';
import { forkCommand } from './commands/fork.ts';
import { frontCommand } from './commands/front.ts';
import { importCommand } from './commands/import.ts';
import { importanceCommand } from './commands/importance.ts';
import { replayCommand } from './commands/replay.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { samplerCommand } from './commands/sampler.ts';
import { schedulerCommand } from './commands/scheduler.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { scheduleOfCommand } from './commands/schedule-of.ts';
import { serveCommand } from './commands/serve.ts';
import { serverCommand } from './commands/server.ts';
import { setCommand } from './commands/set.ts';
import { slotsCommand } from './commands/slots.ts';
import { spaceCommand } from './commands/space.ts';
import { splitCommand } from './commands/split.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { trialsCommand } from './commands/trials.ts';
import { verdictCommand } from './commands/verdict.ts';
import { watchCommand } from './commands/watch.ts';
import { workerCommand } from './commands/worker.ts';
import { PACKAGE } from './package.ts';

const program = new Command('dtune')
  .description(PACKAGE.description)
  .version(PACKAGE.version)
  .showHelpAfterError('(add --help for the options)');
for (const command of [
  runCommand(),
  workerCommand(),
  listCommand(),
  statusCommand(),
  bestCommand(),
  frontCommand(),
  trialsCommand(),
  curveCommand(),
  scheduleOfCommand(),
  importanceCommand(),
  watchCommand(),
  verdictCommand(),
  reportCommand(),
  plotCommand(),
  approveCommand(),
  rejectCommand(),
  pauseCommand(),
  resumeCommand(),
  stopCommand(),
  setCommand(),
  enqueueCommand(),
  addCommand(),
  cancelCommand(),
  failCommand(),
  retryCommand(),
  noteCommand(),
  tagCommand(),
  logCommand(),
  askCommand(),
  tellCommand(),
  continueCommand(),
  forkCommand(),
  replayCommand(),
  diffCommand(),
  exportCommand(),
  importCommand(),
  artifactsCommand(),
  slotsCommand(),
  spaceCommand(),
  scheduleCommand(),
  samplerCommand(),
  schedulerCommand(),
  planCommand(),
  splitCommand(),
  serveCommand(),
  serverCommand(),
])
  program.addCommand(command.copyInheritedSettings(program));
program.exitOverride();

// the reader of a pipe may leave early: dtune export … | head
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  const { name, message, code, exitCode } = error as Error & { code?: string; exitCode?: number };
  // commander has printed its own message already
  if (typeof code === 'string' && code.startsWith('commander.')) return exitCode === 0 ? 0 : 2;
  process.stderr.write(`${message}\n`);
  if (name === 'StudyDefinitionError' || name === 'ServerError') return 2;
  if (process.env['DTUNE_DEBUG']) console.error(error);
  else process.stderr.write('(DTUNE_DEBUG=1 shows where this comes from)\n');
  return 1;
}
