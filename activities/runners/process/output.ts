/** What a process prints, in bounded memory. */
import type { Readable } from 'node:stream';
import { TrialFailedError } from '../../../study/errors.ts';
import { MAX_RAW_BYTES } from '../runner.ts';

/** Bytes of stderr kept for the reason of a failure. */
const TAIL_BYTES = 2048;

/**
 * Hands over a stream's lines one by one, the last even without its end. A line over MAX_RAW_BYTES is handed to `fail`, and what
 * follows it is dropped.
 */
export function readLines(
  stream: Readable,
  take: (line: string) => void,
  fail: (error: TrialFailedError) => void,
): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let failed = false;
  const flush = (): void => {
    const line = Buffer.concat(parts).toString('utf8');
    parts = [];
    bytes = 0;
    take(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
  stream.on('data', (chunk: Buffer) => {
    for (let from = 0; from < chunk.length && !failed;) {
      const end = chunk.indexOf(10, from);
      const part = chunk.subarray(from, end < 0 ? chunk.length : end);
      bytes += part.length;
      if (bytes > MAX_RAW_BYTES) {
        failed = true;
        parts = [];
        fail(
          new TrialFailedError(
            `printed a line of more than ${MAX_RAW_BYTES} bytes: expected shorter lines on stdout; ` +
              'a command writes a long result to the file DTUNE_RESULT',
          ),
        );
        return;
      }
      parts.push(part);
      if (end >= 0) flush();
      from += part.length + 1;
    }
  });
  stream.on('end', () => {
    if (bytes > 0 && !failed) flush();
  });
  stream.on('error', () => {});
}

/** Keeps the last bytes of what comes from these streams, in the order it comes. @returns what reads them. */
export function keepTail(streams: readonly Readable[], bytes: number = TAIL_BYTES): () => string {
  let tail: Buffer = Buffer.alloc(0);
  for (const stream of streams) {
    stream.on('data', (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk.subarray(-bytes)]);
      // copied, so that what is dropped is not held
      if (tail.length > bytes) tail = Buffer.from(tail.subarray(-bytes));
    });
    stream.on('error', () => {});
  }
  // a character that was cut in two reads as \uFFFD
  return () =>
    tail
      .toString('utf8')
      .replace(/^\uFFFD+/, '')
      .trim();
}
