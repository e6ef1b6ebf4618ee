/** A process that runs one trial as a worker does and prints what the trial prints; tests kill it. Argument: the trial as JSON. */
import { runCommand } from '../../../activities/runners/command.ts';
import { runFunctionProcess } from '../../../activities/runners/function-process.ts';
import { workerFolder } from '../../../activities/runners/process/reaper.ts';

const spec = JSON.parse(process.argv[2]!);
const print = (line: string): void => console.log(line);
const facts = {
  study: 's',
  number: 0,
  attempt: 1,
  seed: 1,
  params: {},
  budget: null,
  checkpoint: null,
  phase: 'tune',
  evaluation: null,
} as const;
const events = { report: () => {}, checkpoint: () => {}, log: print, output: print };
const limits = { signal: new AbortController().signal, graceMs: 60_000 };

print(`FOLDER ${workerFolder()}`);
await (spec.kind === 'command'
  ? runCommand(spec, facts, events, limits)
  : runFunctionProcess(spec, facts, events, limits));
print('ENDED');
