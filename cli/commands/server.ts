/** `dtune server start|stop|status`: the embedded Temporal server of a home. */
import { Command } from 'commander';
import { externalServer } from '../../server/address.ts';
import { type ServerStatus, serverStatus, startServer, stopServer } from '../../server/dev-server.ts';
import { homePath } from '../../server/home.ts';
import { endWorker } from '../background/worker-process.ts';

/** Exit code of `status` where no server runs, as init scripts have it. */
const NOT_RUNNING = 3;

interface ServerFlags {
  readonly home: string;
  readonly json?: boolean;
}

export function serverCommand(): Command {
  const command = new Command('server').description('the embedded Temporal server of a home');
  command.addCommand(
    verb('start', 'start it in the background, unless it runs')
      .option('--temporal <path>', 'the temporal program to run; DTUNE_TEMPORAL sets it too, else it is looked for')
      .action(start),
  );
  command.addCommand(
    verb(
      'stop',
      'stop it and the background worker; open studies go on with the next command that uses this home',
    ).action(stop),
  );
  command.addCommand(verb('status', `print where it is; exit code ${NOT_RUNNING} when it does not run`).action(status));
  return command;
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--home <directory>', 'the home; DTUNE_HOME sets it too', homePath())
    .option('--json', 'print {"address", "pid", "database", "version"}');
}

async function start({ home, json, temporal }: ServerFlags & { readonly temporal?: string }): Promise<void> {
  const onNote = (note: string): void => void process.stderr.write(`${note}\n`);
  const { started, ...server } = await startServer({ home, binary: temporal, onNote });
  print(server, json, started ? 'Started' : 'Runs already');
  const external = await externalServer().catch(() => undefined);
  if (external)
    onNote(`Other commands use ${external.connection.address} instead, which TEMPORAL_ADDRESS or your profile names.`);
}

async function stop({ home, json }: ServerFlags): Promise<void> {
  const before = await serverStatus({ home });
  // it would bring the server back; with no study open it ends it
  await endWorker(home);
  const stopped = await stopServer({ home });
  const now = await serverStatus({ home });
  const pid = stopped?.pid ?? before.pid;
  print(now, json, pid === null ? 'Was not running' : `Stopped process ${pid}`);
}

async function status({ home, json }: ServerFlags): Promise<void> {
  const server = await serverStatus({ home });
  print(server, json, server.pid === null ? 'Not running' : 'Running');
  if (server.pid === null) process.exitCode = NOT_RUNNING;
}

function print({ address, pid, database, version }: ServerStatus, json: boolean | undefined, what: string): void {
  if (json) {
    console.log(JSON.stringify({ address, pid, database, version }));
    return;
  }
  const where = address === null ? '' : ` at ${address}, process ${pid}`;
  console.log(`${what}${where}; database ${database}${version === null ? '' : `, Temporal ${version}`}`);
}
