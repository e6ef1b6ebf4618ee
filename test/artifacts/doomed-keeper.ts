/**
 * A process that keeps one checkpoint and is killed at a chosen moment. Arguments as JSON: the place of the store, the directory, the
 * attempt, the URI before, and before which write to the store it kills itself (0: the first). It prints the URI, and MOMENTS with how
 * many writes there were.
 */
import { publishCheckpoint, removeCheckpoint } from '../../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../../artifacts/checkpoint-name.ts';
import { objectsAt } from '../../artifacts/store.ts';
import type { Objects } from '../../artifacts/objects.ts';

const { place, directory, of, previous, killAt, removes } = JSON.parse(process.argv[2]!);
let moments = 0;

function moment(): void {
  if (moments++ === killAt) process.kill(process.pid, 'SIGKILL');
}

const real = objectsAt(place);
const objects: Objects = {
  ...real,
  async write(name, content) {
    moment();
    await real.write(name, content);
  },
  async upload(name, path) {
    moment();
    return real.upload(name, path);
  },
  async remove(name) {
    moment();
    await real.remove(name);
  },
};
if (removes) await removeCheckpoint(objects, readCheckpointUri(previous)!.name);
else console.log(await publishCheckpoint(objects, of, 2, directory, previous));
moment();
console.log(`MOMENTS ${moments}`);
