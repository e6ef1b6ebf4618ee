/** Bytes under names: what a folder (folder.ts) and an S3 bucket (s3.ts) have in common. Everything that is kept goes through it. */

export interface StoredObject {
  /** Parts with '/' between them, without the store's own place. */
  readonly name: string;
  readonly bytes: number;
  /** When it was last written, milliseconds since 1970. */
  readonly writtenAt: number;
}

/** What went through while a file was copied. */
export interface Copied {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/**
 * A store of objects. Each appears under its name whole or not at all, whatever is killed on the way.
 *
 * Every method throws a TransientError where the store cannot be reached, or says no.
 */
export interface Objects {
  /** 'file:///shared/artifacts' or 's3://bucket/prefix'. */
  readonly uri: string;
  /** The path of a folder; absent where it is none. */
  readonly folder?: string;
  /** Where an object is, for messages: a path or a URI. */
  where(name: string): string;
  /** @returns undefined where there is none of that name, as all the others do */
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** Writes what is in a local file, in bounded memory. @throws the file's own error where it cannot be read */
  upload(name: string, path: string): Promise<Copied>;
  /** Writes an object to a new local file, in bounded memory. */
  download(name: string, path: string): Promise<Copied | undefined>;
  stat(name: string): Promise<StoredObject | undefined>;
  /** All objects in a folder and the folders in it, in any order; '' is all there are. */
  list(folder: string): AsyncGenerator<StoredObject>;
  /** What is not there is removed already. */
  remove(name: string): Promise<void>;
}

/** What a file of this name is that a killed writer left behind: never an object. */
export function isLeftover(name: string): boolean {
  return /\.[0-9a-f-]{36}\.tmp$/.test(name);
}
