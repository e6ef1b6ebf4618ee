/** Trials that an HTTP service runs. */
import type { HttpSpec } from '../../../../study/trial/remote.ts';
import type { RunLimits, TrialEvents, TrialFacts } from '../../runner.ts';
import { runRemote, type RemoteLink } from '../run-remote.ts';
import { createHttpClient } from './client.ts';
import { openSecrets } from './secrets.ts';
import { createHttpService } from './service.ts';

/** What a worker lets HTTP trials do. */
export interface HttpRules {
  /** Whether this trial may reach addresses of private networks and of this machine; by default none may. */
  readonly allowPrivateHttp: (http: HttpSpec) => boolean;
  /** Whether the value of this environment variable may be sent where this trial goes; by default none may. */
  readonly allowEnvironment: (name: string, http: HttpSpec) => boolean;
}

export async function runHttp(
  { allowPrivateHttp, allowEnvironment }: HttpRules,
  http: HttpSpec,
  facts: TrialFacts,
  events: TrialEvents,
  limits: RunLimits,
  link: RemoteLink,
): Promise<unknown> {
  const secrets = openSecrets(http.headers, (name) => allowEnvironment(name, http));
  const client = createHttpClient({ allowPrivate: allowPrivateHttp(http) });
  const body = JSON.stringify({ ...facts, attempt: link.attempt });
  try {
    const service = createHttpService({ spec: http, body, key: link.run.key, client, secrets });
    const pace = { everyMs: http.poll?.everyMs ?? 0, unreachableMs: http.unreachableMs };
    return await runRemote(service, pace, events, limits, link);
  } finally {
    client.close();
  }
}
