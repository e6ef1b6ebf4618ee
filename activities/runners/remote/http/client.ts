/** One HTTP request with an answer in bounded memory: no redirect is followed here, and no proxy asked. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TrialFailedError } from '../../../../study/errors.ts';
import { UnreachableError } from '../persist.ts';
import { MAX_RAW_BYTES } from '../../runner.ts';
import { checkHost, PrivateAddressError, publicLookup } from './addresses.ts';

export interface ClientOptions {
  /** Whether addresses of the worker's own networks may be reached. */
  readonly allowPrivate: boolean;
  /** Whom to trust and who we are, as PEM. */
  readonly tls?: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
}

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Longest wait for the whole answer, milliseconds; absent: none. */
  readonly withinMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * @throws UnreachableError where no answer came
 * @throws TrialFailedError where the address is refused, or the answer larger than MAX_RAW_BYTES; messages name the host alone
 */
export type HttpClient = (call: Call) => Promise<Answer>;

/** A client with connections of its own: those to private addresses are never used by a trial that may not reach them. */
export function createHttpClient({
  allowPrivate,
  tls = {},
}: ClientOptions): HttpClient & { readonly close: () => void } {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true, ...tls }),
  };
  const call: HttpClient = async ({ method, url, headers, body, signal, withinMs }) => {
    const limit = withinMs === undefined ? undefined : AbortSignal.timeout(withinMs);
    try {
      if (!allowPrivate) checkHost(url.hostname);
      return await new Promise<Answer>((resolve, reject) => {
        const secure = url.protocol === 'https:';
        const request = (secure ? httpsRequest : httpRequest)(url, {
          agent: agents[secure ? 'https:' : 'http:'],
          method,
          headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
          signal: limit ? AbortSignal.any([signal, limit]) : signal,
          ...(!allowPrivate && { lookup: publicLookup }),
        });
        request.on('error', reject);
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            chunks.push(chunk);
            if (bytes <= MAX_RAW_BYTES) return;
            reject(
              new TrialFailedError(`${url.host} answered with more than ${MAX_RAW_BYTES} bytes: expected at most that`),
            );
            request.destroy();
          });
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode!, headers: response.headers, text });
          });
        });
        request.end(body);
      });
    } catch (error) {
      if (error instanceof TrialFailedError || signal.aborted) throw error;
      if (error instanceof PrivateAddressError)
        throw new TrialFailedError(
          `${url.host} is an address of a private network or of the worker's own machine, which this worker reaches for no study: ` +
            'expected a public one, or a worker started with --allow-private-http',
        );
      if (limit?.aborted) throw new UnreachableError(`${url.host} has not answered within ${withinMs} ms`);
      const { message, code } = error as NodeJS.ErrnoException;
      throw new UnreachableError(`cannot reach ${url.host}: ${message || code}`);
    }
  };
  return Object.assign(call, {
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  });
}
