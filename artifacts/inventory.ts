/** What a store holds, as the things that objects belong to: a checkpoint is one, however many files it has. */
import { STUDIES } from './archive.ts';
import { checkpointOf, partsOf, type CheckpointName } from './checkpoint-name.ts';
import { isLeftover, type Objects, type StoredObject } from './objects.ts';
import { BLOBS } from './store.ts';

export type StoredKind = 'checkpoint' | 'archive' | 'blob' | 'leftover' | 'other';

export interface StoredThing {
  readonly kind: StoredKind;
  /** Of a blob its SHA-256, of a checkpoint its folder, of others the object's name. */
  readonly name: string;
  /** Names of its objects. */
  readonly objects: readonly string[];
  readonly bytes: number;
  /** When any of it was last written, milliseconds since 1970. */
  readonly writtenAt: number;
  /** Of a checkpoint. */
  readonly of?: CheckpointName;
  /** Of an archive: the study. */
  readonly study?: string;
}

/** Everything in a store, in the order of the names. */
export async function inventoryOf(objects: Objects): Promise<StoredThing[]> {
  const things = new Map<string, Omit<StoredThing, 'objects'> & { objects: string[] }>();
  for await (const object of objects.list('')) {
    const thing = thingOf(object);
    const key = `${thing.kind} ${thing.name}`;
    const known = things.get(key);
    things.set(key, {
      ...thing,
      objects: [...(known?.objects ?? []), object.name],
      bytes: (known?.bytes ?? 0) + object.bytes,
      writtenAt: Math.max(known?.writtenAt ?? 0, object.writtenAt),
    });
  }
  return [...things.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function thingOf({ name }: StoredObject): Pick<StoredThing, 'kind' | 'name' | 'of' | 'study'> {
  const [folder, second = '', third = ''] = name.split('/');
  const checkpoint = checkpointOf(name);
  // also the leftovers in it are its own: they go with it
  if (checkpoint !== undefined) return { kind: 'checkpoint', name: checkpoint, of: partsOf(checkpoint)! };
  if (isLeftover(name)) return { kind: 'leftover', name };
  if (folder === BLOBS && /^[0-9a-f]{64}$/.test(third)) return { kind: 'blob', name: third };
  if (folder === STUDIES && third !== '') return { kind: 'archive', name, study: second };
  return { kind: 'other', name };
}
