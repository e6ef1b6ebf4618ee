/**
 * Retrains once and asks you: node --import tsx examples/retraining/main.ts [DTUNE-WORKER]
 * DTUNE-WORKER is the program of the Python package (pip install ./python scikit-learn); default: the one on PATH.
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { QUEUE, withShop } from './retraining.ts';
import { decide, question, type retrain } from './workflows.ts';

Runtime.install({ logger: new DefaultLogger('WARN') });

// the defaults of many a first try
const ending = await withShop(process.argv[2] ?? 'dtune-worker', { C: 1, gamma: 0.01 }, async ({ client }) => {
  const handle = await client.workflow.start<typeof retrain>('retrain', {
    taskQueue: QUEUE,
    workflowId: 'retraining',
    args: [{ study: 'digits', trials: 16, enough: 0.5, patienceMs: 300_000 }],
  });
  const over = handle.result();
  let asked: string | null = null;
  while (!asked && (await Promise.race([over.then(() => true), delay(500)])) !== true)
    asked = await handle.query(question);
  if (asked) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    await handle.signal(decide, /^y/i.test(await terminal.question(`${asked} [y/n] `)));
    terminal.close();
  }
  return over;
});
process.stdout.write(`${ending}\n`);
