// A client that borrows a trial, says so, and never tells: its test kills it.
import { Client, Connection } from '@temporalio/client';
import { TuningClient } from '../../../dist/index.js';

const [address, artifacts, name, requestId] = process.argv.slice(2);
const client = new TuningClient({
  client: new Client({ connection: await Connection.connect({ address }) }),
  artifacts,
});
const trial = await client.study(name).ask({ requestId, leaseMs: 2000, waitMs: 60_000 });
process.stdout.write(`${JSON.stringify(trial ?? null)}\n`);
setInterval(() => {}, 1000);
