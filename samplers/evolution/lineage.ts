/** What is recorded with a trial (its memo): the generation it was bred for, and the trials it was bred from. */

/** Four bytes each, little-endian: the generation, then the parents' numbers. */
export function lineage(generation: number, parents: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * parents.length);
  const words = new DataView(bytes.buffer);
  for (const [i, word] of [generation, ...parents].entries()) words.setUint32(4 * i, word, true);
  return bytes;
}

/** The generation of a trial's memo; undefined without one: nobody bred the trial, or another sampler did. */
export function generationOf(memo: Uint8Array | undefined): number | undefined {
  if (!memo || memo.length < 4) return undefined;
  return new DataView(memo.buffer, memo.byteOffset, memo.byteLength).getUint32(0, true);
}
