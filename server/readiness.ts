/**
 * Whether a server that was just started serves: its default namespace answers, keeps finished studies long enough, and knows the search
 * attributes of studies.
 */
import type { Connection } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { ATTRIBUTE_NAMES, SEARCH_ATTRIBUTES } from '../study/search-attributes.ts';
import { isServed } from './port.ts';

export const NAMESPACE = 'default';

/** The development server forgets closed workflows after a day. */
const RETENTION_SECONDS = 90 * 86_400;
const CALL_TIMEOUT_MS = 3000;
const POLL_MS = 15;

/**
 * The id of the default namespace on 127.0.0.1:`port`, once it answers, its retention raised to 90 days.
 *
 * @param ended true when there is no use in waiting: the process is gone, or time is up
 * @returns     undefined when `ended` before it answered
 */
export async function awaitNamespace(port: number, ended: () => Promise<boolean>): Promise<string | undefined> {
  // loading the client takes about as long as the server needs to listen
  const loading = import('@temporalio/client');
  while (!(await ended()) && !(await isServed(port))) await delay(POLL_MS);
  if (await ended()) return undefined;
  const { Connection } = await loading;
  // no hidden retries: every call is one look; and never through a proxy
  const channelArgs = { 'grpc.enable_http_proxy': 0 };
  const connection = Connection.lazy({ address: `127.0.0.1:${port}`, interceptors: [], channelArgs });
  try {
    while (!(await ended())) {
      const id = await prepare(connection).catch(() => undefined);
      if (id !== undefined) return id;
      await delay(POLL_MS);
    }
    return undefined;
  } finally {
    await connection.close();
  }
}

async function prepare(connection: Connection): Promise<string | undefined> {
  const { msToTs } = await import('@temporalio/common/lib/time.js');
  const call = <T>(action: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, action);
  const { workflowService, operatorService } = connection;
  const { namespaceInfo, config } = await call(() => workflowService.describeNamespace({ namespace: NAMESPACE }));
  if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) < RETENTION_SECONDS) {
    const workflowExecutionRetentionTtl = msToTs(RETENTION_SECONDS * 1000);
    await call(() =>
      workflowService.updateNamespace({ namespace: NAMESPACE, config: { workflowExecutionRetentionTtl } }),
    );
  }
  const known = Object.values(config?.customSearchAttributeAliases ?? {});
  const missing = ATTRIBUTE_NAMES.filter((name) => !known.includes(name));
  // one at a time, and without them where the user's own have taken all the room for a type: studies do without
  for (const name of missing)
    await call(() =>
      operatorService.addSearchAttributes({
        namespace: NAMESPACE,
        searchAttributes: { [name]: SEARCH_ATTRIBUTES[name].code },
      }),
    ).catch(() => {});
  return namespaceInfo?.id ?? undefined;
}
