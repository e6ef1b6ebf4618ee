import { Command } from 'commander';
import { artifactsOf } from '../../artifacts/store.ts';
import { isPassing } from '../../client/history.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { resolveServer } from '../../server/address.ts';
import { stopServer } from '../../server/dev-server.ts';
import { homePath } from '../../server/home.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { ServedStudy } from '../background/host.ts';
import { registrations, unregister, type Registration } from '../background/registrations.ts';
import { connectClient } from '../connect.ts';
import { retireWorker } from '../background/worker-process.ts';
import { wholeNumber } from '../numbers.ts';
import { withPlace } from '../place.ts';

/** How long a home's worker and server stay after the last study, milliseconds. */
const IDLE_MS = 15 * 60_000;
/** A study that was registered, but never started, is forgotten after this long, milliseconds. */
const START_MS = 60_000;

interface Options {
  readonly home?: string;
  readonly artifacts?: string;
  readonly embedded?: boolean;
  readonly temporal?: string;
  readonly background?: boolean;
  readonly study?: readonly string[];
  readonly allowCommand?: boolean;
  readonly allowEnv?: readonly string[];
  readonly allowPrivateHttp?: boolean;
  readonly slots?: number;
  readonly sticky?: number;
  readonly deployment?: string;
  readonly buildId?: string;
  readonly json?: boolean;
}

/** `dtune worker`: runs trials (and asks, and studies) of the server until it is ended. */
export function workerCommand(): Command {
  return withPlace(new Command('worker').description('run trials of open studies on this machine until it is ended'))
    .option('--study <name...>', 'serve the trials of these studies alone (default: all open ones)')
    .option('--allow-command', 'run the commands and submit the jobs that studies ask for')
    .option('--allow-env <name...>', 'environment variables whose values may be sent where studies say, as secrets')
    .option('--allow-private-http', 'let trials over HTTP reach addresses of private networks and of this machine')
    .option('--slots <number>', 'trials in flight together, a study (default: 1000)', wholeNumber)
    .option(
      '--sticky <ms>',
      'how long a step waits for the worker that has the study in memory (default: 10000)',
      wholeNumber,
    )
    .option(
      '--deployment <name>',
      'be a version of this worker deployment: studies stay with it until they continue as new',
    )
    .option('--build-id <id>', 'which version of the deployment; needed with --deployment')
    .option('--json', 'print where it works as one line of JSON')
    .option('--background', "serve the home's own studies, and end some time after the last one")
    .action(work);
}

async function work(options: Options): Promise<void> {
  const { deployment: deploymentName, buildId } = options;
  if ((deploymentName === undefined) !== (buildId === undefined))
    throw new StudyDefinitionError(
      `--deployment is ${deploymentName ?? 'absent'} and --build-id ${buildId ?? 'absent'}, expected both or neither; give the other one too`,
    );
  const deployment = deploymentName !== undefined && buildId !== undefined && { name: deploymentName, buildId };
  const home = options.home ?? homePath();
  const artifacts = artifactsOf(home, options.artifacts);
  const server = { home, embeddedOnly: options.embedded === true, binary: options.temporal };
  const resolved = await resolveServer(server);
  const { kind, connection: address, namespace } = resolved;
  const [{ NativeConnection, Runtime, DefaultLogger }, { hostStudies }] = await Promise.all([
    import('@temporalio/worker'),
    import('../background/host.ts'),
  ]);
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const connection = await NativeConnection.connect(address);
  const temporal = await connectClient(resolved);
  const client = new TuningClient({ client: temporal, artifacts });
  const keepServer = async (): Promise<void> => {
    if (kind === 'embedded') await resolveServer(server);
  };
  const isWanted = async (): Promise<boolean> => (await registrations(home)).length > 0;
  const { pid } = process;
  const where = { pid, address: address.address, namespace, home };
  process.stdout.write(
    options.json ? `${JSON.stringify(where)}\n` : `works on ${where.address} as process ${pid}, until it is ended\n`,
  );
  try {
    await hostStudies({
      connection,
      namespace,
      artifacts,
      studies: options.background ? () => servedAtHome(home) : servedOnServer(client, options),
      allowPromotion: options.background ? (command) => mayPromote(home, command) : () => options.allowCommand === true,
      care: async () => {
        await keepServer();
        if (options.background) await forgetClosed(home, client);
      },
      ...(options.background && {
        idle: { ms: Number(process.env['DTUNE_IDLE_MS'] ?? IDLE_MS), mayEnd: () => retireWorker(home, isWanted) },
      }),
      ...(deployment && { deployment }),
      ...(options.slots !== undefined && { slots: options.slots }),
      // a home has one worker: whoever waits for a dead one waits in vain
      stickyMs: options.sticky ?? (options.background ? 2000 : 10_000),
      signal: endOfProcess(),
    });
  } finally {
    await connection.close();
    await temporal.connection.close();
    // the channel to a foreground parent would keep this process alive
    if (process.connected) process.disconnect();
  }
  if (options.background && kind === 'embedded' && !(await isWanted())) await stopServer({ home });
}

async function servedAtHome(home: string): Promise<ServedStudy[]> {
  const served = new Map<string, { readonly allowed: readonly string[]; readonly elsewhere: boolean }>();
  // a study and a schedule may have the same name, and then the same queue
  for (const { study, command, evaluate = null, elsewhere = false, earlier = [], remotes = [] } of await registrations(
    home,
  )) {
    const before = served.get(study) ?? { allowed: [], elsewhere: true };
    const allowed = [command, evaluate, ...earlier, ...remotes].map((each) => JSON.stringify(each));
    served.set(study, { allowed: [...before.allowed, ...allowed], elsewhere: before.elsewhere && elsewhere });
  }
  return [...served].map(([name, { allowed, elsewhere }]) => {
    const isAllowed = (asked: unknown): boolean => allowed.includes(JSON.stringify(asked));
    return {
      name,
      elsewhere,
      allowCommand: isAllowed,
      allowJob: isAllowed,
      allowPrivateHttp: isAllowed,
      allowEnvironment: (_, http) => isAllowed(http),
    };
  });
}

/** As it is registered now: a study may come to its end before the home is looked at again. */
async function mayPromote(home: string, asked: readonly string[]): Promise<boolean> {
  const allowed = (await registrations(home)).flatMap(({ promotions = [] }) => promotions);
  return allowed.some((each) => JSON.stringify(each) === JSON.stringify(asked));
}

function servedOnServer(
  client: TuningClient,
  { study: names, allowCommand = false, allowPrivateHttp = false, allowEnv = [] }: Options,
): () => Promise<ServedStudy[]> {
  let served: readonly string[] = names ?? [];
  return async () => {
    // an unreachable server changes nothing: its studies are served on when it is back
    if (!names)
      served = await Promise.all([client.openStudies(), client.schedules.names()])
        .then((names) => [...new Set(names.flat())])
        .catch((error: unknown) => (isPassing(error) ? served : Promise.reject(error)));
    return served.map((name) => ({
      name,
      elsewhere: false,
      allowCommand: () => allowCommand,
      allowJob: () => allowCommand,
      allowPrivateHttp: () => allowPrivateHttp,
      allowEnvironment: (variable) => allowEnv.includes(variable),
    }));
  };
}

/** Removes the registrations of studies that have closed, and of schedules that were deleted. */
async function forgetClosed(home: string, client: TuningClient): Promise<void> {
  for (const registration of await registrations(home)) {
    const closed = await hasClosed(client, registration).catch((error: unknown) => {
      if (isPassing(error)) return false;
      throw error;
    });
    if (closed) await unregister(home, registration);
  }
}

async function hasClosed(client: TuningClient, { study, schedule, registeredAt }: Registration): Promise<boolean> {
  if (schedule) return !(await client.schedules.isThere(study)) && Date.now() - registeredAt > START_MS;
  const run = await client.study(study).run();
  if (run?.isOpen) return false;
  return (run !== undefined && run.startedAt >= registeredAt) || Date.now() - registeredAt > START_MS;
}

function endOfProcess(): AbortSignal {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end.abort());
  // the command that keeps this worker as its child has gone
  process.on('disconnect', () => end.abort());
  return end.signal;
}
