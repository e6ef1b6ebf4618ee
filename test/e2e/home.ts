/** A home of its own in a temporary directory, with a server that ends with the test, for tests against real Temporal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endWorker } from '../../cli/background/worker-process.ts';
import { resolveServer, type ServerConnection } from '../../server/address.ts';
import { serverStatus, stopServer } from '../../server/dev-server.ts';
import { auditHome } from './archived-audits.ts';
import { processTable } from '../../server/process-table.ts';

export interface TestHome {
  /** For DTUNE_HOME or --home. */
  readonly home: string;
  readonly address: string;
  readonly namespace: string;
  /** Options of the client's and the worker's connections. */
  readonly connection: ServerConnection;
  /** Kills the server with SIGKILL, the database kept; returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same address; returns when it is healthy. */
  start(): Promise<void>;
  /** Ends the home's worker and server, and removes the home. */
  dispose(): Promise<void>;
}

export async function openTestHome(): Promise<TestHome> {
  const home = await mkdtemp(join(tmpdir(), 'dtune-test-'));
  const start = () => resolveServer({ home, embeddedOnly: true, foreground: true });
  const dispose = async (): Promise<void> => {
    // commands of a test may have started one
    await endWorker(home);
    await stopServer({ home, graceMs: 0 });
    await auditHome(home).finally(() => rm(home, { recursive: true, force: true }));
  };
  const { connection, namespace } = await start().catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return {
    home,
    address: connection.address,
    namespace,
    connection,
    kill: () => killServerOf(home),
    async start() {
      const again = await start();
      if (again.connection.address !== connection.address)
        throw new Error(`the server came back on ${again.connection.address}, not on ${connection.address}`);
    },
    dispose,
  };
}

/** Kills a home's server with SIGKILL; returns when it is gone. */
export async function killServerOf(home: string): Promise<void> {
  const { pid } = await serverStatus({ home });
  if (pid === null) return;
  process.kill(pid, 'SIGKILL');
  while ((await processTable.startOf(pid)) !== undefined) await delay(10);
}
