// exists in Node, in browsers and in the workflow sandbox; the es2023 library does not know it
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Bytes of the text as UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
