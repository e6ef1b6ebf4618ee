/** Which Temporal server a command uses: the one the environment or a profile names, else the embedded one of the home. */
import type { NativeConnectionOptions } from '@temporalio/worker';
import { type StartedServer, startServer, type StartOptions } from './dev-server.ts';
import { ServerError } from './error.ts';
import { NAMESPACE } from './readiness.ts';

/** Options of both the client's `Connection.connect` and the worker's `NativeConnection.connect`. */
export interface ServerConnection extends Pick<NativeConnectionOptions, 'tls' | 'apiKey' | 'metadata'> {
  readonly address: string;
}

export interface ExternalServer {
  readonly kind: 'external';
  readonly connection: ServerConnection;
  readonly namespace: string;
}

export interface EmbeddedServer {
  readonly kind: 'embedded';
  readonly connection: ServerConnection;
  readonly namespace: string;
  readonly server: StartedServer;
}

export interface ResolveOptions extends StartOptions {
  /** Ignore TEMPORAL_ADDRESS and profiles, as the demo and the tests do. Default: false. */
  readonly embeddedOnly?: boolean;
}

/** The server to use; the embedded one is started unless it runs. Throws a ServerError as `startServer` does. */
export async function resolveServer(options: ResolveOptions): Promise<ExternalServer | EmbeddedServer> {
  const external = options.embeddedOnly ? undefined : await externalServer(options.env);
  if (external) return external;
  const server = await startServer(options);
  return { kind: 'embedded', connection: { address: server.address }, namespace: NAMESPACE, server };
}

/**
 * The server that TEMPORAL_ADDRESS or a profile of Temporal's own configuration file names, or undefined where neither
 * does. Throws a ServerError where the environment asks for such a server without saying where it is.
 */
export async function externalServer(env: NodeJS.ProcessEnv = process.env): Promise<ExternalServer | undefined> {
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const { connectionOptions, namespace } = load(() =>
    loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) }),
  );
  const { address, tls, apiKey, metadata } = connectionOptions;
  if (!address) {
    const asking = set.map(([name]) => name).find((name) => CLIENT_SETTINGS.test(name));
    if (asking === undefined) return undefined;
    throw new ServerError(
      `${asking} is set (${SECRETS.test(asking) ? 'to a secret' : JSON.stringify(env[asking])}), but nothing says where the server ` +
        `is. Set TEMPORAL_ADDRESS=host:port or give the profile an address, or unset ${asking} to use the server of this home.`,
    );
  }
  const connection = {
    address,
    ...(tls !== undefined && { tls }),
    ...(apiKey && { apiKey }),
    ...(metadata && { metadata }),
  };
  return { kind: 'external', connection, namespace: namespace || NAMESPACE };
}

/** Settings that mean a server of the user's own. */
const CLIENT_SETTINGS = /^TEMPORAL_(PROFILE|CONFIG_FILE|NAMESPACE|API_KEY|TLS(_.*)?)$/;
const SECRETS = /KEY|DATA/;

function load<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ServerError(
      `Cannot read Temporal's client configuration: ${(error as Error).message}. TEMPORAL_PROFILE names a profile in the ` +
        'file TEMPORAL_CONFIG_FILE, or in temporalio/temporal.toml of your configuration directory.',
      { cause: error },
    );
  }
}
