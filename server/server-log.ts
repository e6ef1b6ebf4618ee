/** What a home's server prints: kept in a file, and quoted where the server does not come up. */
import { open, rename, stat } from 'node:fs/promises';

const MAX_LOG_BYTES = 8 << 20;
const QUOTED_BYTES = 4096;
const QUOTED_LINES = 15;

/** Where the coming output begins, bytes; a log that has grown long is put aside first. */
export async function beginLog(log: string): Promise<number> {
  const size = await stat(log).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size <= MAX_LOG_BYTES) return size;
  await rename(log, `${log}.1`);
  return 0;
}

/** The end of what the server printed since byte `start`, in a sentence. */
export async function quoteLog(log: string, start: number): Promise<string> {
  const file = await open(log, 'r').catch(() => undefined);
  if (!file) return `It printed nothing (${log}).`;
  try {
    const { size } = await file.stat();
    const from = Math.max(start, size - QUOTED_BYTES);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    await file.read(bytes, 0, bytes.length, from);
    const lines = bytes.toString('utf8').trim().split('\n').slice(-QUOTED_LINES);
    return lines.join('') === '' ? `It printed nothing (${log}).` : `Its log (${log}) ends:\n  ${lines.join('\n  ')}`;
  } finally {
    await file.close();
  }
}
