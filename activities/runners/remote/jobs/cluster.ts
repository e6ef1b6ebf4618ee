/** Where a cluster's API is and who we are there: by a kubeconfig, or as the service account of the worker's own pod. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { TrialFailedError } from '../../../../study/errors.ts';
import type { KubernetesJob } from '../../../../study/trial/remote.ts';
import { isRecord } from '../../../../study/wording/json.ts';
import type { ClientOptions } from '../http/client.ts';

export interface Cluster {
  readonly server: string;
  readonly namespace: string;
  readonly tls: NonNullable<ClientOptions['tls']>;
  /** As it is now: tokens of service accounts change. */
  readonly token: () => Promise<string | undefined>;
}

type Entry = Readonly<Record<string, unknown>>;

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** @throws TrialFailedError where there is none, or it cannot be used; messages hold nothing of a key or token */
export async function findCluster(
  { kubeconfig, context, namespace }: Pick<KubernetesJob, 'kubeconfig' | 'context' | 'namespace'>,
  account: string = ACCOUNT,
): Promise<Cluster> {
  if (kubeconfig === undefined) return ownCluster(namespace, account);
  const config = await readYaml(kubeconfig);
  const name = context ?? config['current-context'];
  const chosen = named(kubeconfig, config, 'contexts', name, 'context');
  const cluster = named(kubeconfig, config, 'clusters', chosen['cluster'], 'cluster');
  const user = named(kubeconfig, config, 'users', chosen['user'], 'user');
  const { server } = cluster;
  if (typeof server !== 'string' || !/^https?:\/\//.test(server))
    throw unusable(kubeconfig, 'its cluster has no server, expected a URL');
  if (cluster['insecure-skip-tls-verify'] === true)
    throw unusable(kubeconfig, 'insecure-skip-tls-verify is true, expected a certificate-authority to trust');
  if (user['exec'] !== undefined || user['auth-provider'] !== undefined)
    throw unusable(kubeconfig, 'its user is known by a program, expected a token or a client certificate');
  const from = dirname(kubeconfig);
  const pem = async (entry: Entry, key: string): Promise<string | undefined> => {
    const data = entry[`${key}-data`];
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8');
    const path = entry[key];
    return typeof path === 'string' ? readText(resolve(from, path)) : undefined;
  };
  const { token, tokenFile } = user;
  return {
    server,
    namespace: namespace ?? textOr(chosen['namespace'], 'default'),
    tls: {
      ca: await pem(cluster, 'certificate-authority'),
      cert: await pem(user, 'client-certificate'),
      key: await pem(user, 'client-key'),
    },
    token: async () =>
      typeof tokenFile === 'string'
        ? (await readText(resolve(from, tokenFile))).trim()
        : typeof token === 'string'
          ? token
          : undefined,
  };
}

async function ownCluster(namespace: string | undefined, account: string): Promise<Cluster> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (!host || !port)
    throw new TrialFailedError(
      'this worker runs in no Kubernetes cluster (KUBERNETES_SERVICE_HOST is not set): expected one that does, or kubeconfig in the study',
    );
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: namespace ?? (await readText(`${account}/namespace`)).trim(),
    tls: { ca: await readText(`${account}/ca.crt`) },
    token: async () => (await readText(`${account}/token`)).trim(),
  };
}

function named(path: string, config: Entry, list: string, name: unknown, kind: string): Entry {
  const entries = config[list];
  const found: unknown = Array.isArray(entries)
    ? entries.find((entry: unknown) => isRecord(entry) && entry['name'] === name)
    : undefined;
  const entry: unknown = isRecord(found) ? found[kind] : undefined;
  if (isRecord(entry)) return entry;
  throw unusable(path, `there is no ${kind} ${typeof name === 'string' ? `'${name}'` : 'chosen'} in it`);
}

async function readYaml(path: string): Promise<Entry> {
  const text = await readText(path);
  let config: unknown;
  try {
    config = parse(text);
  } catch {
    // the parser's words would show a part of it
  }
  if (isRecord(config)) return config;
  throw unusable(path, 'it is no YAML of a Config');
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TrialFailedError(`cannot read ${path}: ${error.code}; expected it on the worker's machine`);
  });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function unusable(path: string, why: string): TrialFailedError {
  return new TrialFailedError(`the kubeconfig ${path} cannot be used: ${why}`);
}
