/**
 * What the artifact store keeps of an attempt at a promotion, in promotions/<SHA-256 of its key>/<attempt>: who has claimed it (claim-1,
 * claim-2 after a loss), whether it is to end (cancel), and how it ended (done). Each file appears once and is never taken back.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeWhole } from '../../artifacts/folder.ts';
import type { Objects } from '../../artifacts/objects.ts';
import type { Holder } from './holder.ts';

/** How an attempt ended, with the last words of what it printed. */
export type Ending =
  | { readonly state: 'done'; readonly output: string }
  | { readonly state: 'failed'; readonly reason: string; readonly output: string }
  | { readonly state: 'cancelled'; readonly output: string };

export interface Claim {
  /** From 1, one more after each loss. */
  readonly generation: number;
  /** Changes while its holder lives. */
  readonly beat: number;
  /** Absent where the holder was killed before it had written its name. */
  readonly holder?: Holder;
}

/** The name of an attempt's record in the artifact store. */
export function recordName(key: string, attempt: number): string {
  return `promotions/${createHash('sha256').update(key).digest('hex')}/${attempt}`;
}

/** The folder of an attempt, of an artifact store that is a folder. */
export function recordOf(artifacts: string, key: string, attempt: number): string {
  return join(artifacts, recordName(key, attempt));
}

/** How an attempt ended that nothing was claimed for. */
export async function readDone(objects: Objects, record: string): Promise<Ending | undefined> {
  const bytes = await objects.read(`${record}/done`);
  return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Ending);
}

export async function writeDone(objects: Objects, record: string, ending: Ending): Promise<void> {
  await objects.write(`${record}/done`, JSON.stringify(ending));
}

export async function readEnding(record: string): Promise<Ending | undefined> {
  const text = await ifThere(readFile(join(record, 'done'), 'utf8'));
  return text === undefined ? undefined : (JSON.parse(text) as Ending);
}

export async function writeEnding(record: string, ending: Ending): Promise<void> {
  await writeWhole(join(record, 'done'), JSON.stringify(ending));
}

/** Has whoever has claimed it, or will, end it. */
export async function askToEnd(record: string): Promise<void> {
  await writeWhole(join(record, 'cancel'), '');
}

export async function isToEnd(record: string): Promise<boolean> {
  return isThere(join(record, 'cancel'));
}

/** Claims a generation for this process, on the disk before it returns. @returns false where another has it */
export async function claim(record: string, generation: number, holder: Holder): Promise<boolean> {
  await mkdir(record, { recursive: true });
  try {
    const file = await open(claimPath(record, generation), 'wx');
    try {
      await file.writeFile(JSON.stringify(holder));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  // else a loss of power could take the claim and leave what the command did
  const folder = await open(record, 'r');
  await folder.sync().finally(() => folder.close());
  return true;
}

/** Shows that the holder lives. @returns whether the claim is still its own: no later one was made */
export async function beat(record: string, generation: number): Promise<boolean> {
  const now = new Date();
  await utimes(claimPath(record, generation), now, now);
  return !(await isThere(claimPath(record, generation + 1)));
}

export async function readClaim(record: string, generation: number): Promise<Claim | undefined> {
  // opened, since a shared file system may answer for a file that is not from its memory
  const file = await ifThere(open(claimPath(record, generation), 'r'));
  if (!file) return undefined;
  try {
    const [{ mtimeMs }, text] = [await file.stat(), await file.readFile('utf8')];
    const holder = parseHolder(text);
    return { generation, beat: mtimeMs, ...(holder && { holder }) };
  } finally {
    await file.close();
  }
}

/** The claim of the last generation. */
export async function newestClaim(record: string): Promise<Claim | undefined> {
  const generation = await countClaims(record);
  return generation === 0 ? undefined : readClaim(record, generation);
}

/** How often this key was claimed, by this attempt and those before it. */
export async function timesClaimed(record: string): Promise<number> {
  const attempts = (await readdir(dirname(record))).filter((name) => /^\d+$/.test(name));
  const counts = await Promise.all(attempts.map((name) => countClaims(join(dirname(record), name))));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countClaims(record: string): Promise<number> {
  return ((await ifThere(readdir(record))) ?? []).filter((name) => /^claim-\d+$/.test(name)).length;
}

function claimPath(record: string, generation: number): string {
  return join(record, `claim-${generation}`);
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await ifThere(access(path).then(() => true))) ?? false;
}

async function ifThere<Value>(found: Promise<Value>): Promise<Value | undefined> {
  return found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
