/** The user's own worker, as a process: node ml-worker.ts ADDRESS QUEUE. */
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Params } from '../../../study/space/space.ts';

export const steps = {
  prepare: async ({ x }: Params): Promise<number> => 1 + Math.abs(Number(x)),
  async epoch({ x, depth }: Params, loss: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const floor = (Number(x) - 0.3) ** 2 + Number(depth) / 100;
    return floor + (loss - floor) * (0.5 + 0.2 * Math.abs(Number(x)));
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , address, taskQueue] = process.argv as [string, string, string, string];
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const workflowsPath = fileURLToPath(new URL('ml-workflows.ts', import.meta.url));
  await (await Worker.create({ connection, taskQueue, workflowsPath, activities: steps })).run();
}
