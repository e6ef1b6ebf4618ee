/** The two workers of the pipeline: one in TypeScript with the workflow, one in Python with the training, and a client. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { TuningPlugin } from '../../plugin.ts';
import { resolveServer } from '../../server/address.ts';
import { stopServer } from '../../server/dev-server.ts';
import { retrainingActivities, TRAINING, type Model } from './activities.ts';

export const QUEUE = 'retraining';

export interface Shop {
  readonly client: Client;
  /** Holds the model in use, model.json, and the news, news.txt. */
  readonly folder: string;
  /** Ends the Python worker at once and starts another one. */
  readonly killTraining: () => Promise<void>;
}

/**
 * Runs `body` beside a server and both workers, which end with it.
 *
 * @param dtuneWorker  path of the Python package's program, in an environment that has scikit-learn
 * @param model        the model in use
 */
export async function withShop<Result>(
  dtuneWorker: string,
  model: Model,
  body: (shop: Shop) => Promise<Result>,
): Promise<Result> {
  const home = await mkdtemp(join(tmpdir(), 'dtune-retraining-'));
  await writeFile(join(home, 'model.json'), JSON.stringify(model));
  try {
    const { connection, namespace } = await resolveServer({ home, embeddedOnly: true, foreground: true });
    return await open(home, connection.address, namespace, dtuneWorker, body);
  } finally {
    await stopServer({ home });
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function open<Result>(
  folder: string,
  address: string,
  namespace: string,
  dtuneWorker: string,
  body: (shop: Shop) => Promise<Result>,
): Promise<Result> {
  const train = (): ChildProcess => {
    const options = ['--queue', TRAINING, '--address', address, '--namespace', namespace];
    return spawn(dtuneWorker, [fileURLToPath(new URL('train.py', import.meta.url)), ...options], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, RETRAINING_FOLDER: folder },
    });
  };
  let training = train();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (training.kill(signal)) await once(training, 'exit');
  };
  const connection = await Connection.connect({ address, channelArgs: { 'grpc.enable_http_proxy': 0 } });
  const nativeConnection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({
      connection: nativeConnection,
      namespace,
      taskQueue: QUEUE,
      workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
      activities: retrainingActivities(folder),
      plugins: [new TuningPlugin({ artifacts: join(folder, 'artifacts') })],
    });
    const killTraining = async (): Promise<void> => {
      await end('SIGKILL');
      training = train();
    };
    const client = new Client({ connection, namespace });
    return await worker.runUntil(() => body({ client, folder, killTraining }));
  } finally {
    await end('SIGTERM');
    await nativeConnection.close();
    await connection.close();
  }
}
