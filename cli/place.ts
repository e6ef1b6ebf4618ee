/** Where a command works: a home, its server (embedded, or the one the environment names), a client, and a worker kept alive. */
import { Option, type Command } from 'commander';
import { artifactsOf } from '../artifacts/store.ts';
import { TuningClient } from '../client/tuning-client.ts';
import { homePath } from '../server/home.ts';
import { ensureWorker } from './background/worker-process.ts';
import { registrations } from './background/registrations.ts';

export interface PlaceOptions {
  readonly home?: string;
  readonly embedded?: boolean;
  readonly temporal?: string;
  readonly foreground?: boolean;
}

export interface Place {
  readonly home: string;
  readonly client: TuningClient;
  readonly foreground: boolean;
  /** Sees to it that server and worker run: called now and then while a command waits. */
  care(): Promise<void>;
  close(): Promise<void>;
}

/** The options that say where a command works. */
export function withPlace(command: Command): Command {
  return command
    .addOption(new Option('--home <folder>', 'folder of server, database and artifacts (default: ~/.dtune)').env('DTUNE_HOME'))
    .option('--embedded', 'use the embedded server, whatever TEMPORAL_ADDRESS says')
    .option('--temporal <program>', 'the temporal program to use for the embedded server');
}

/** Starts the embedded server unless it runs, and connects. Commands that only watch still go on with open studies. */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const home = options.home ?? homePath();
  const { resolveServer } = await import('../server/address.ts');
  const { Connection } = await import('@temporalio/client');
  const foreground = options.foreground === true;
  const note = (text: string): void => void process.stderr.write(`${text}\n`);
  const server = { home, embeddedOnly: options.embedded === true, binary: options.temporal, foreground, onNote: note };
  const resolved = await resolveServer(server);
  const { kind, connection: address, namespace } = resolved;
  const connection = await Connection.connect(address);
  let worker: number | undefined;
  const care = async (): Promise<void> => {
    if (kind === 'embedded') await resolveServer(server);
    if ((await registrations(home)).length === 0) return;
    const ensured = await ensureWorker({
      home,
      embedded: options.embedded === true,
      foreground,
      ...(options.temporal !== undefined && { temporal: options.temporal }),
    });
    if (ensured.started) worker = ensured.pid;
  };
  await care();
  return {
    home,
    client: new TuningClient({ connection, namespace, artifacts: artifactsOf(home) }),
    foreground,
    care,
    async close() {
      if (foreground && worker !== undefined) await endWorker(worker);
      await connection.close();
      if (foreground && resolved.kind === 'embedded' && resolved.server.started) await endServer(home);
    },
  };
}

/** Runs `action` with a client, and cleans up. */
export async function withClient(options: PlaceOptions, action: (client: TuningClient) => Promise<void>): Promise<void> {
  const place = await openPlace(options);
  try {
    await action(place.client);
  } finally {
    await place.close();
  }
}

async function endServer(home: string): Promise<void> {
  const { stopServer } = await import('../server/dev-server.ts');
  await stopServer({ home });
}

async function endWorker(pid: number): Promise<void> {
  const { setTimeout: delay } = await import('node:timers/promises');
  try {
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; waited < 10_000; waited += 50) {
      process.kill(pid, 0);
      await delay(50);
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
