// A client that borrows a trial, says so, and never tells: its test kills it.
import { Client, Connection } from '@temporalio/client';
import { TuningClient } from '../../../dist/index.js';

const [address, artifacts, name, requestId] = process.argv.slice(2);
const client = new TuningClient({
  // fifty clients at once may keep a small machine from answering for longer than the ten seconds it has by default
  client: new Client({ connection: await Connection.connect({ address, connectTimeout: '60s' }) }),
  artifacts,
});
const trial = await client.study(name).ask({ requestId, leaseMs: 2000, waitMs: 60_000 });
process.stdout.write(`${JSON.stringify(trial ?? null)}\n`);
setInterval(() => {}, 1000);
