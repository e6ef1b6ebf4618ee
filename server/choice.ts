/** Which program opens a home's database. */
import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { type BinarySearch, findBinary } from './binary/search.ts';
import type { Binary } from './binary/version.ts';
import { ServerError } from './error.ts';
import type { ServerFiles } from './home.ts';
import { freePort } from './port.ts';
import { type DatabaseRecord, readDatabaseRecord } from './records.ts';

/**
 * The program to run and the record of the database it will open, if there is one to open. Throws a ServerError where
 * none fits.
 *
 * @param found taken without a search where it fits
 */
export async function chooseBinary(
  files: ServerFiles,
  search: Omit<BinarySearch, 'database'>,
  found?: Binary,
): Promise<{ readonly binary: Binary; readonly previous: DatabaseRecord | undefined }> {
  const isThere = await access(files.database).then(
    () => true,
    () => false,
  );
  const record = isThere ? await readDatabaseRecord(files.databaseRecord) : undefined;
  if (isThere && !record) return claimDatabase(files, search, found);
  if (!record?.ready) return { binary: found ?? (await findBinary(search)), previous: undefined };
  const { version, server } = record;
  const database = { path: files.database, version, server };
  const binary = found?.server === server ? found : await findBinary({ ...search, database });
  return { binary, previous: record };
}

/** A database without a record is what the user says it is, by naming the program. */
async function claimDatabase(
  files: ServerFiles,
  search: BinarySearch,
  found: Binary | undefined,
): Promise<{ readonly binary: Binary; readonly previous: DatabaseRecord }> {
  if (!search.named && !(search.env ?? process.env)['DTUNE_TEMPORAL'])
    throw new ServerError(
      `${files.databaseRecord}, which says what version of Temporal made ${files.database}, is lost; another version could ` +
        'ruin it. Name the right program once with DTUNE_TEMPORAL=/path/to/temporal (or --temporal), or use a new home (DTUNE_HOME).',
    );
  const binary = found ?? (await findBinary(search));
  const { version, server } = binary;
  return { binary, previous: { id: randomUUID(), version, server, port: await freePort(), ready: true } };
}
