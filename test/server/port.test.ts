import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, isServed } from '../../server/port.ts';

describe('ports', () => {
  it('gives the wanted port while it is free, and another one while it is taken', async () => {
    const wanted = await freePort();
    expect(await freePort(wanted)).toBe(wanted);
    const server = createServer().listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    expect(await isServed(wanted)).toBe(true);
    expect(await freePort(wanted)).not.toBe(wanted);
    server.close();
    await once(server, 'close');
    expect(await isServed(wanted)).toBe(false);
    expect(await freePort(wanted)).toBe(wanted);
  });

  it('stays below the ports of outgoing connections', async () => {
    for (let k = 0; k < 30; k++) {
      const port = await freePort();
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_768);
    }
  });
});
