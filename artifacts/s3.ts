/**
 * Objects in a bucket of S3, or of anything that speaks its protocol. Endpoint, region and credentials are those of the AWS library:
 * AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE and the rest. An object appears with the end of its upload. The library
 * is loaded with the first use, since it costs commands that need none their start.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type * as Library from '@aws-sdk/client-s3';
import { StudyDefinitionError, TransientError } from '../study/errors.ts';
import { chunksOf } from './folder.ts';
import type { Copied, Objects } from './objects.ts';

/** Bytes of one part of a large file: the protocol takes 10,000 parts of an object. */
const PART_BYTES = 32 * 1024 * 1024;

interface Connected {
  readonly sdk: typeof Library;
  readonly client: Library.S3Client;
}

/** @param uri  's3://bucket' or 's3://bucket/prefix' @throws StudyDefinitionError where it is something else */
export function s3Objects(uri: string): Objects {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.!*'()-]+)*)\/?$/i.exec(uri) ?? [];
  if (bucket === undefined || path.split('/').some((part) => part === '.' || part === '..'))
    throw new StudyDefinitionError(
      `the artifact store is '${uri}': expected s3://BUCKET or s3://BUCKET/PREFIX, of letters, digits and -._ between the slashes`,
    );
  const prefix = path === '' ? '' : `${path.slice(1)}/`;
  const keyOf = (name: string): string => prefix + name;
  const where = (name: string): string => `s3://${bucket}/${keyOf(name)}`;
  let connected: Promise<Connected> | undefined;
  const asked = async <Answer>(
    verb: string,
    name: string,
    ask: (to: Connected) => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await ask(await (connected ??= connect(process.env)));
    } catch (cause) {
      if (cause instanceof LocalFileError) throw cause.cause;
      throw faultOf(`cannot ${verb} ${where(name)}`, cause);
    }
  };
  const at = (name: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: keyOf(name) });

  return {
    uri: `s3://${bucket}${path}`,
    where,
    read: (name) =>
      asked('read', name, ({ sdk, client }) =>
        ifThere(async () => {
          const { Body } = await client.send(new sdk.GetObjectCommand(at(name)));
          return Body!.transformToByteArray();
        }),
      ),
    write: (name, content) =>
      asked('write', name, async ({ sdk, client }) => {
        await client.send(
          new sdk.PutObjectCommand({
            ...at(name),
            Body: Buffer.from(content),
            ContentLength: Buffer.byteLength(content),
          }),
        );
      }),
    upload: (name, file) => asked('write', name, (to) => upload(to, at(name), file)),
    download: (name, file) =>
      asked('read', name, ({ sdk, client }) =>
        ifThere(async () => {
          const { Body } = await client.send(new sdk.GetObjectCommand(at(name)));
          return save(Body as Readable, file);
        }),
      ),
    stat: (name) =>
      asked('look at', name, ({ sdk, client }) =>
        ifThere(async () => {
          const head = await client.send(new sdk.HeadObjectCommand(at(name)));
          return { name, bytes: head.ContentLength ?? 0, writtenAt: head.LastModified?.getTime() ?? 0 };
        }),
      ),
    async *list(folder) {
      let next: string | undefined;
      do {
        const page = await asked('list', folder, ({ sdk, client }) =>
          client.send(
            new sdk.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: keyOf(folder === '' ? '' : `${folder}/`),
              ...(next !== undefined && { ContinuationToken: next }),
            }),
          ),
        );
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          yield { name: Key!.slice(prefix.length), bytes: Size ?? 0, writtenAt: LastModified?.getTime() ?? 0 };
        next = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (next !== undefined);
    },
    remove: (name) =>
      asked('remove', name, ({ sdk, client }) =>
        ifThere(async () => void (await client.send(new sdk.DeleteObjectCommand(at(name))))),
      ),
  };
}

async function connect(env: NodeJS.ProcessEnv): Promise<Connected> {
  // what is to become of later versions of the library is nothing that a study's user can act on
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const sdk = await import('@aws-sdk/client-s3');
  const own = Boolean(env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']);
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || (own ? 'us-east-1' : undefined);
  const client = new sdk.S3Client({
    ...(region !== undefined && { region }),
    // a server of one's own has no name for each bucket
    forcePathStyle: own,
    // others than AWS do not know the newer checksums; ours are in the names and manifests
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}

/** A local file that cannot be read is no fault of the store. */
class LocalFileError extends Error {}

async function upload({ sdk, client }: Connected, at: { Bucket: string; Key: string }, path: string): Promise<Copied> {
  const source = await local(open(path));
  const hash = createHash('sha256');
  let bytes = 0;
  let id: string | undefined;
  const parts: { ETag: string | undefined; PartNumber: number }[] = [];
  try {
    // held in memory one by one, so that a part can be sent again
    for await (const part of partsOf(chunksOf(source, hash))) {
      bytes += part.length;
      if (part.length === 0 && parts.length > 0) break;
      if (part.length < PART_BYTES && parts.length === 0) {
        await client.send(new sdk.PutObjectCommand({ ...at, Body: part }));
        break;
      }
      id ??= (await client.send(new sdk.CreateMultipartUploadCommand(at))).UploadId;
      const PartNumber = parts.length + 1;
      const sent = await client.send(new sdk.UploadPartCommand({ ...at, UploadId: id, PartNumber, Body: part }));
      parts.push({ ETag: sent.ETag, PartNumber });
    }
    if (id !== undefined)
      await client.send(
        new sdk.CompleteMultipartUploadCommand({ ...at, UploadId: id, MultipartUpload: { Parts: parts } }),
      );
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    if (id !== undefined)
      await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId: id })).catch(() => {});
    throw error;
  } finally {
    await source.close();
  }
}

/** The same bytes in parts of PART_BYTES, the last one shorter; an empty file is one empty part. */
async function* partsOf(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of localChunks(chunks)) {
    const room = PART_BYTES - bytes;
    held.push(chunk.subarray(0, room));
    bytes += Math.min(chunk.length, room);
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(held);
    held = [chunk.subarray(room)];
    bytes = chunk.length - Math.min(chunk.length, room);
  }
  yield Buffer.concat(held);
}

async function* localChunks(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (;;) {
    const next = await local(chunks.next());
    if (next.done) return;
    yield next.value;
  }
}

function local<Value>(file: Promise<Value>): Promise<Value> {
  return file.catch((cause: unknown) => {
    throw new LocalFileError('', { cause });
  });
}

async function save(body: Readable, path: string): Promise<Copied> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await mkdir(dirname(path), { recursive: true });
  await pipeline(body, measure, createWriteStream(path, { flags: 'wx' }));
  return { bytes, sha256: hash.digest('hex') };
}

async function ifThere<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NotFound') return undefined;
    throw error;
  }
}

function faultOf(what: string, cause: unknown): TransientError {
  const { name, message, code } = cause as Error & { readonly code?: string };
  const why = [...new Set([name === 'Error' ? undefined : name, code, message || undefined])]
    .filter(Boolean)
    .join(': ');
  return new TransientError(
    `${what}: ${why}; expected a bucket that may be read and written with the AWS_… variables of this process`,
    { cause },
  );
}
