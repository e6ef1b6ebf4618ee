/** A client of the server that was resolved. */
import { Client, Connection } from '@temporalio/client';
import type { EmbeddedServer, ExternalServer } from '../server/address.ts';

export async function connectClient({ kind, connection, namespace }: EmbeddedServer | ExternalServer): Promise<Client> {
  // Node's gRPC would go through http_proxy even to this machine
  const channelArgs = kind === 'embedded' ? { 'grpc.enable_http_proxy': 0 } : {};
  return new Client({ connection: await Connection.connect({ ...connection, channelArgs }), namespace });
}
