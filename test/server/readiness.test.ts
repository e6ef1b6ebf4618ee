import { Connection } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { startServer, stopServer } from '../../server/dev-server.ts';
import { ATTRIBUTE_NAMES, SEARCH_ATTRIBUTES } from '../../study/search-attributes.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();
const namespace = 'default';

async function withConnection<T>(address: string, action: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await action(connection);
  } finally {
    await connection.close();
  }
}

const registered = (address: string): Promise<unknown> =>
  withConnection(address, async ({ operatorService }) => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return customAttributes;
  });

describe('a server that was started', () => {
  const ours = Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, SEARCH_ATTRIBUTES[name].code]));

  it('knows the search attributes of studies, also on a database from before them', async () => {
    const home = scratch.home('home');
    const { address } = await startServer({ home });
    expect(await registered(address)).toEqual(ours);
    await withConnection(address, ({ operatorService }) =>
      operatorService.removeSearchAttributes({ namespace, searchAttributes: [...ATTRIBUTE_NAMES] }),
    );
    expect(await registered(address)).toEqual({});
    await stopServer({ home });
    expect(await registered((await startServer({ home })).address)).toEqual(ours);
  });

  it('starts without one for which there is no room', async () => {
    const home = scratch.home('home');
    const { address } = await startServer({ home });
    await withConnection(address, async ({ operatorService }) => {
      await operatorService.removeSearchAttributes({ namespace, searchAttributes: [...ATTRIBUTE_NAMES] });
      await operatorService.addSearchAttributes({ namespace, searchAttributes: { A: 4, B: 4, C: 4 } });
    });
    await stopServer({ home });
    const { DtuneBest: _full, ...rest } = ours;
    expect(await registered((await startServer({ home })).address)).toEqual({ A: 4, B: 4, C: 4, ...rest });
  });
});
