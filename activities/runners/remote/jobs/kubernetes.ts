/**
 * Kubernetes Jobs, over the cluster's HTTP API. A Job is named by its idempotency key: to create it again is a conflict, and then it is
 * there. Its log is read as a command's output, its result is the termination message or the log's last line.
 */
import { TrialFailedError } from '../../../../study/errors.ts';
import type { KubernetesJob } from '../../../../study/trial/remote.ts';
import { isRecord, show } from '../../../../study/wording/json.ts';
import { readRetryAfter } from '../../../retry-after.ts';
import { LiveOutput, parseObject } from '../../live-lines.ts';
import { createHttpClient, type Answer } from '../http/client.ts';
import { UnreachableError } from '../persist.ts';
import type { RemoteService } from '../run-remote.ts';
import { findCluster } from './cluster.ts';
import { KEY, manifestOf } from './manifest.ts';
import type { JobRun } from './job-run.ts';

const AGAIN = [408, 429, 500, 502, 503, 504];
const ANSWER_MS = 30_000;
/** Lines of a log at the first look: those before have been read by another worker, or are too many. */
const FIRST_LINES = 2000;
/** How much of what has been read is read again, milliseconds: clocks differ. */
const OVERLAP_MS = 5000;
/** Bytes of a log at one look. */
const MAX_LOG = 512 * 1024;

type Part = Readonly<Record<string, unknown>>;

/** Its handle is the Job's name. @throws TrialFailedError where the worker knows no such cluster */
export async function createKubernetesService(
  job: KubernetesJob,
  run: JobRun & { readonly timeoutMs: number | undefined },
): Promise<RemoteService & { readonly close: () => void }> {
  const { server, namespace, tls, token } = await findCluster(job);
  const client = createHttpClient({ allowPrivate: true, tls });
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const output = new LiveOutput();
  let readUntil: number | undefined;

  const call = async (method: string, path: string, signal: AbortSignal, body?: object): Promise<Answer> => {
    const bearer = await token();
    const answer = await client({
      method,
      url: new URL(`${server.replace(/\/$/, '')}${path}`),
      headers: {
        accept: 'application/json',
        'user-agent': 'durable-tune',
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal,
      withinMs: ANSWER_MS,
    });
    if (bearer !== undefined && answer.text.includes(bearer))
      return { ...answer, text: answer.text.replaceAll(bearer, '[token]') };
    return answer;
  };
  const asked = async (method: string, path: string, signal: AbortSignal, body?: object): Promise<Answer> => {
    const answer = await call(method, path, signal, body);
    if (!AGAIN.includes(answer.status)) return answer;
    throw new UnreachableError(said(server, answer), { retryAfterMs: readRetryAfter(answer.headers['retry-after']) });
  };
  const found = async (path: string, signal: AbortSignal): Promise<Part> => {
    const answer = await asked('GET', path, signal);
    const part = answer.status === 200 ? parseObject(answer.text) : undefined;
    if (part) return part;
    throw new TrialFailedError(said(server, answer));
  };

  /** The newest pod: an evicted one has a successor. */
  const podOf = async (name: string, signal: AbortSignal): Promise<Part | undefined> => {
    const { items } = await found(`${pods}?labelSelector=${encodeURIComponent(`job-name=${name}`)}`, signal);
    const created = (pod: Part): string => wordOf(partOf(pod['metadata'])['creationTimestamp']);
    return (Array.isArray(items) ? (items as Part[]) : []).toSorted((a, b) => created(b).localeCompare(created(a)))[0];
  };

  const readLog = async (pod: Part, container: string, signal: AbortSignal): Promise<void> => {
    const now = Date.now();
    const from =
      readUntil === undefined
        ? `tailLines=${FIRST_LINES}`
        : `sinceTime=${new Date(readUntil - OVERLAP_MS).toISOString()}`;
    const path = `${pods}/${wordOf(partOf(pod['metadata'])['name'])}/log?container=${container}&limitBytes=${MAX_LOG}&${from}`;
    const { status, text } = await asked('GET', path, signal);
    // 400: it has not started yet; 404: it is gone
    if (status !== 200) return;
    readUntil = now;
    for (const line of text.split('\n')) output.take(line);
  };

  return {
    close: () => client.close(),

    async begin(_again, _stop, last) {
      const answer = await asked('POST', jobs, last, manifestOf(job, run));
      if (answer.status === 201 || answer.status === 200 || answer.status === 202) return { handle: run.name };
      if (answer.status !== 409) throw new TrialFailedError(said(server, answer));
      const { metadata } = await found(`${jobs}/${run.name}`, last);
      if (partOf(partOf(metadata)['annotations'])[KEY] === run.key) return { handle: run.name };
      throw new TrialFailedError(
        `there is a Job ${run.name} in ${namespace} that is not this trial's: expected none; delete it`,
      );
    },

    async look(name, signal) {
      const { status } = await found(`${jobs}/${name}`, signal);
      const pod = await podOf(name, signal);
      const container = containerOf(job);
      const ending = pod && terminatedOf(pod, container);
      if (pod) await readLog(pod, container, signal);
      const told = { reports: output.takeReports(), checkpoint: output.checkpoint };
      const condition = conditionOf(partOf(status));
      if (!condition) return { state: 'running', ...told };
      const message = wordOf(ending?.['message']);
      if (condition.type === 'Complete') {
        const text = message.trim() === '' ? output.last : message;
        const result = text === undefined ? undefined : parseObject(text);
        if (result) return { state: 'done', result, ...told };
        const reason = `the Job ${name} gave no result: expected {"value": number} as the last line of its log or in the file DTUNE_RESULT; there is ${show(text)}`;
        return { state: 'failed', reason, ...told };
      }
      const code = ending?.['exitCode'] === undefined ? '' : `, exit code ${wordOf(ending['exitCode'])}`;
      const last = message.trim() || output.last || condition.message;
      return {
        state: 'failed',
        reason: `the Job ${name} has failed (${condition.reason}${code}): ${last.slice(-2000)}`,
        ...told,
      };
    },

    async cancel(handle, signal) {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' };
      const answer = await asked('DELETE', `${jobs}/${handle ?? run.name}`, signal, body);
      if (answer.status >= 300 && answer.status !== 404) throw new TrialFailedError(said(server, answer));
    },
  };
}

/** The trial's container, as it is named. */
function containerOf({ manifest }: KubernetesJob): string {
  const pod = partOf(partOf(partOf(manifest['spec'])['template'])['spec']);
  return String((pod['containers'] as readonly Part[])[0]!['name']);
}

function terminatedOf(pod: Part, container: string): Part | undefined {
  const { containerStatuses } = partOf(pod['status']);
  const statuses = Array.isArray(containerStatuses) ? (containerStatuses as Part[]) : [];
  const state = partOf(statuses.find(({ name }) => name === container)?.['state']);
  return isRecord(state['terminated']) ? state['terminated'] : undefined;
}

/** Its end, if it has come to it. */
function conditionOf({
  conditions,
}: Part): { readonly type: string; readonly reason: string; readonly message: string } | undefined {
  const all = Array.isArray(conditions) ? (conditions as Part[]) : [];
  const end = all.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  return (
    end && {
      type: wordOf(end['type']),
      reason: wordOf(end['reason'], 'Failed'),
      message: wordOf(end['message']),
    }
  );
}

function said(server: string, { status, text }: Answer): string {
  const message = parseObject(text)?.['message'];
  const words = typeof message === 'string' ? message : text.trim();
  return `${new URL(server).host} answered ${status}${words === '' ? '' : `: ${words.slice(0, 500)}`}`;
}

/** Text or a number as text. */
function wordOf(value: unknown, otherwise = ''): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}

function partOf(value: unknown): Part {
  return isRecord(value) ? value : {};
}
