/** The state of a training, arrays of numbers, as bytes: one array after the other, under a checksum. */
import { createHash } from 'node:crypto';

/** Numbers that change while a training goes on. */
export type State = readonly (Float64Array | Int32Array)[];

const CHECKSUM = 32;

export function toBytes(state: State): Uint8Array {
  const numbers = Buffer.concat(
    state.map((array) => bytesOf(array instanceof Float64Array ? array.map(plain) : array)),
  );
  return Buffer.concat([checksum(numbers), numbers]);
}

/** Sets the arrays to what they were. @throws Error if the bytes are damaged, or those of arrays of other lengths; nothing changes */
export function fromBytes(saved: Uint8Array, state: State): void {
  const numbers = saved.subarray(CHECKSUM);
  if (checksum(numbers).compare(saved.subarray(0, CHECKSUM)) !== 0)
    throw new Error(
      `a saved training of ${saved.length} bytes is damaged: its checksum is wrong; begin anew, or restore an older one`,
    );
  const length = state.reduce((sum, array) => sum + array.byteLength, 0);
  if (numbers.length !== length)
    throw new Error(
      `a saved training has ${numbers.length} bytes of numbers, this one has ${length}: restore it with the rows and options it was saved with`,
    );
  let at = 0;
  for (const array of state) {
    bytesOf(array).set(numbers.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: State[number]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What is not a number may be so in many bit patterns; which one depends on how the engine came to compile a sum. */
function plain(number: number): number {
  return Number.isNaN(number) ? NaN : number;
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
