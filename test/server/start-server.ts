/** A process that starts the server of a home, prints it and its own session, and then ends, or waits to be killed. */
import { startServer } from '../../server/dev-server.ts';

const [home, mode] = process.argv.slice(2) as [string, 'background' | 'foreground'];
console.log(JSON.stringify(await startServer({ home, foreground: mode === 'foreground' })));
if (mode === 'foreground') setInterval(() => {}, 1000);
