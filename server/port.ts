/**
 * Ports on the loopback. They lie below the range that systems hand out to outgoing connections (from 32768 on Linux,
 * 49152 elsewhere): a client that retries while its server is down can otherwise be given, and keep, that very port.
 */
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from './error.ts';

const FIRST = 20_000;
const LAST = 32_767;
const TRIES = 200;

/** How long a killed process may take to let go of its port. */
const PATIENCE_MS = 2000;
const POLL_MS = 20;

/**
 * `wanted` where nothing listens on it, now or in a moment, else some free port, 20000 to 32767. Throws a ServerError
 * where none is free.
 */
export async function freePort(wanted?: number): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  while (wanted !== undefined && performance.now() < deadline) {
    if (await isFree(wanted)) return wanted;
    await delay(POLL_MS);
  }
  for (let k = 0; k < TRIES; k++) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) return port;
  }
  throw new ServerError(
    `Found no free port on 127.0.0.1: ${TRIES} tried between ${FIRST} and ${LAST} are taken. ` +
      'End what listens there, or set TEMPORAL_ADDRESS to a server that runs already.',
  );
}

/** Whether something accepts connections on 127.0.0.1:`port`. */
export function isServed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2000 });
    const end = (served: boolean) => (): void => {
      socket.destroy();
      resolve(served);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
