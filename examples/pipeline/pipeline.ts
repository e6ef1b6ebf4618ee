/**
 * A worker and a client as a company may have them: activities, workflows, interceptors and an encrypting data converter of their own.
 * The plugin is all that durable-tune adds to the worker; TuningClient takes the client as it is.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { TuningClient } from '../../index.ts';
import { TuningPlugin } from '../../plugin.ts';
import { resolveServer } from '../../server/address.ts';
import { stopServer } from '../../server/dev-server.ts';
import { forecast, pipelineActivities, type Published } from './activities.ts';
import { activityLog, workflowLog, type CallLog } from './call-log.ts';
import { encryption } from './encryption.ts';
import type { nexusPipeline, pipeline } from './workflows.ts';

const QUEUE = 'forecasting';

export interface Office {
  readonly client: Client;
  readonly tuning: TuningClient;
  /** Folder of the artifact store. */
  readonly artifacts: string;
  /** What the interceptors have seen. */
  readonly log: CallLog;
  /** Runs a pipeline to its end. */
  readonly run: (workflow: 'pipeline' | 'nexusPipeline', study: string) => Promise<Published>;
}

/** Runs `body` beside a server, a Nexus endpoint and the worker, which end with it. */
export async function withOffice<Result>(body: (office: Office) => Promise<Result>): Promise<Result> {
  const home = await mkdtemp(join(tmpdir(), 'dtune-pipeline-'));
  try {
    const { connection, namespace } = await resolveServer({ home, embeddedOnly: true, foreground: true });
    return await open(home, connection.address, namespace, body);
  } finally {
    await stopServer({ home });
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function open<Result>(
  home: string,
  address: string,
  namespace: string,
  body: (office: Office) => Promise<Result>,
): Promise<Result> {
  const artifacts = join(home, 'artifacts');
  // a real one comes from a vault
  const dataConverter = { payloadCodecs: [encryption(randomBytes(32))] };
  const log: CallLog = { activities: [], workflows: [] };
  const connection = await Connection.connect({ address, channelArgs: { 'grpc.enable_http_proxy': 0 } });
  const nativeConnection = await NativeConnection.connect({ address });
  try {
    const client = new Client({ connection, namespace, dataConverter });
    await connection.operatorService.createNexusEndpoint({
      spec: { name: 'tuning', target: { worker: { namespace, taskQueue: QUEUE } } },
    });
    const worker = await Worker.create({
      connection: nativeConnection,
      namespace,
      taskQueue: QUEUE,
      workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
      activities: pipelineActivities(home, QUEUE),
      interceptors: {
        activity: [activityLog(log)],
        workflowModules: [fileURLToPath(new URL('call-log-workflows.ts', import.meta.url))],
      },
      sinks: workflowLog(log),
      dataConverter,
      plugins: [new TuningPlugin({ artifacts, functions: { forecast }, nexus: true })],
    });
    const tuning = new TuningClient({ client, artifacts, taskQueue: QUEUE });
    const run = (workflow: 'pipeline' | 'nexusPipeline', study: string): Promise<Published> =>
      client.workflow.execute<typeof pipeline | typeof nexusPipeline>(workflow, {
        taskQueue: QUEUE,
        workflowId: `${workflow}-of-${study}`,
        args: [study],
      });
    return await worker.runUntil(() => body({ client, tuning, artifacts, log, run }));
  } finally {
    await nativeConnection.close();
    await connection.close();
  }
}
