/** Where a command works: a home, its server (embedded, or the one the environment names), a client, and a worker kept alive. */
import { setTimeout as delay } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { artifactsOf } from '../artifacts/store.ts';
import { TuningClient } from '../client/tuning-client.ts';
import { resolveServer } from '../server/address.ts';
import { stopServer } from '../server/dev-server.ts';
import { homePath } from '../server/home.ts';
import { endWorker, ensureWorker } from './background/worker-process.ts';
import { registrations } from './background/registrations.ts';
import { connectClient } from './connect.ts';

export interface PlaceOptions {
  readonly home?: string;
  /** Folder or s3://BUCKET/PREFIX of the artifact store. */
  readonly artifacts?: string;
  readonly embedded?: boolean;
  readonly temporal?: string;
  readonly foreground?: boolean;
  /** Runs a worker also where no study is registered: it answers for what never closes. */
  readonly serve?: boolean;
}

export interface Place {
  readonly home: string;
  /** For others who work here. */
  readonly where: Whereabouts;
  readonly client: TuningClient;
  readonly foreground: boolean;
  /** Sees to it that server and worker run: called now and then while a command waits. */
  care(): Promise<void>;
  close(): Promise<void>;
}

export interface Whereabouts {
  readonly address: string;
  readonly namespace: string;
  readonly home: string;
  readonly artifacts: string;
  /** Whether the server is the home's own: it needs neither TLS nor a key. */
  readonly embedded: boolean;
}

/** The options that say where a command works. */
export function withPlace(command: Command): Command {
  return command
    .addOption(
      new Option('--home <folder>', 'folder of server, database and artifacts (default: ~/.dtune)').env('DTUNE_HOME'),
    )
    .addOption(
      new Option(
        '--artifacts <place>',
        'folder, or s3://BUCKET/PREFIX, of blocks, curves, predictions, checkpoints and closed studies (default: a folder in the home)',
      ).env('DTUNE_ARTIFACTS'),
    )
    .option('--embedded', 'use the embedded server, whatever TEMPORAL_ADDRESS says')
    .option('--temporal <program>', 'the temporal program to use for the embedded server');
}

/** Starts the embedded server unless it runs, and connects. Commands that only watch still go on with open studies. */
export async function openPlace(options: PlaceOptions): Promise<Place> {
  const home = options.home ?? homePath();
  const artifacts = artifactsOf(home, options.artifacts);
  const foreground = options.foreground === true;
  const note = (text: string): void => void process.stderr.write(`${text}\n`);
  const server = { home, embeddedOnly: options.embedded === true, binary: options.temporal, foreground, onNote: note };
  const resolved = await resolveServer(server);
  const { kind, namespace } = resolved;
  const { address } = resolved.connection;
  const client = await connectClient(resolved);
  let startedWorker = false;
  const care = async (): Promise<void> => {
    if (kind === 'embedded') await resolveServer(server);
    if (!options.serve && (await registrations(home)).length === 0) return;
    const { started } = await ensureWorker({
      home,
      artifacts,
      embedded: options.embedded === true,
      foreground,
      ...(options.temporal !== undefined && { temporal: options.temporal }),
    });
    startedWorker ||= started;
  };
  await care();
  return {
    home,
    where: { address, namespace, home, artifacts, embedded: kind === 'embedded' },
    client: new TuningClient({ client, artifacts }),
    foreground,
    care,
    async close() {
      await client.connection.close();
      if (foreground && startedWorker) await endWorker(home);
      if (foreground && resolved.kind === 'embedded' && resolved.server.started) await stopServer({ home });
    },
  };
}

/** Runs `action` with a client, keeps alive what it waits for, and cleans up. */
export async function withClient(
  options: PlaceOptions,
  action: (client: TuningClient) => Promise<void>,
): Promise<void> {
  const place = await openPlace(options);
  const done = new AbortController();
  try {
    await Promise.race([action(place.client), careFor(place, done.signal)]);
  } finally {
    done.abort();
    await place.close();
  }
}

const CARE_MS = 2000;

/** Sees to it now and then that server and worker run. Only ever ends by an error. */
export async function careFor(place: Place, signal: AbortSignal): Promise<never> {
  for (;;) {
    await delay(CARE_MS, undefined, { ref: false });
    if (signal.aborted) return new Promise<never>(() => {});
    await place.care();
  }
}
