/** A process that has a command promote as a worker's activity does; tests kill it. Argument: the run as JSON. Prints BEGIN, then how it ended. */
import { superviseCommand } from '../../../activities/promotion/command.ts';

console.log('BEGIN');
const ending = await superviseCommand(JSON.parse(process.argv[2]!), {
  signal: new AbortController().signal,
  isCancelled: () => false,
  allow: () => true,
  log: () => {},
});
console.log(JSON.stringify(ending));
