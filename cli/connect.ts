/** Connects a client to the server that was resolved. */
import type { Connection } from '@temporalio/client';
import type { EmbeddedServer, ExternalServer } from '../server/address.ts';

/** Loads @temporalio/client only here: 300 ms that `--help` does not pay. */
export async function connectClient({ kind, connection }: EmbeddedServer | ExternalServer): Promise<Connection> {
  const { Connection: Client } = await import('@temporalio/client');
  // Node's gRPC would go through http_proxy even to this machine
  return Client.connect({ ...connection, channelArgs: kind === 'embedded' ? { 'grpc.enable_http_proxy': 0 } : {} });
}
