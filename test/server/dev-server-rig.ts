/** What the tests of embedded servers share: a sign in a server's database and a kill. */
import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import { serverStatus } from '../../server/dev-server.ts';
import { processTable } from '../../server/process-table.ts';

/** Puts a workflow into the server's database. */
export async function plant(address: string, workflowId: string): Promise<void> {
  await withClient(address, (client) => client.workflow.start('none', { workflowId, taskQueue: 'none' }));
}

/** Whether the workflow is in the server's database. */
export async function isPlanted(address: string, workflowId: string): Promise<boolean> {
  const described = withClient(address, (client) => client.workflow.getHandle(workflowId).describe());
  return described.then(
    () => true,
    (error: Error) => {
      if (error.name === 'WorkflowNotFoundError') return false;
      throw error;
    },
  );
}

async function withClient<T>(address: string, action: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await action(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

export function portOf(address: string): number {
  return Number(address.split(':')[1]);
}

/** How many processes serve the database. */
export async function serversOf(database: string): Promise<number> {
  const commands = await Promise.all((await processTable.pids()).map((pid) => processTable.commandOf(pid)));
  return commands.filter((command) => command?.includes(`--db-filename ${database} `)).length;
}

/** Kills the home's server; returns when it is gone. */
export async function killServer(home: string): Promise<void> {
  const { pid } = await serverStatus({ home });
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => serverStatus({ home }), { interval: 10 }).toMatchObject({ pid: null });
}
