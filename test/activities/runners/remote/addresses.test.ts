import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPublic } from '../../../../activities/runners/remote/http/addresses.ts';
import { failureOf, LIMITS, startTrial } from './rig.ts';

/** A service of this machine. @returns its port */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

const trial = (url: string) =>
  ({ kind: 'http', http: { url, method: 'POST', headers: {}, unreachableMs: 1000 }, ...LIMITS }) as const;

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));
});

describe('a service within the worker’s own networks', () => {
  it.each(['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'])(
    'is not reached as %s',
    async (host) => {
      let reached = 0;
      const port = await serve((_, response) => response.end(String(++reached)));
      const { message } = await failureOf(startTrial({ trial: trial(`http://${host}:${port}/`) }).answer);
      expect(message).toContain('is an address of a private network or of the worker’s own machine'.replace('’', "'"));
      expect(message).toContain('expected a public one, or a worker started with --allow-private-http');
      expect(reached).toBe(0);
    },
  );

  it.each(['127.0.0.1', 'localhost'])(
    'is reached as %s by a worker that allows it to this very trial',
    async (host) => {
      const port = await serve((_, response) => response.end('0.5'));
      const spec = trial(`http://${host}:${port}/`);
      const asked: unknown[] = [];
      const allowPrivateHttp = (http: unknown): boolean => asked.push(http) > 0;
      expect((await startTrial({ trial: spec }, { allowPrivateHttp }).answer).values).toEqual([0.5]);
      expect(asked).toEqual([spec.http]);
    },
  );
});
