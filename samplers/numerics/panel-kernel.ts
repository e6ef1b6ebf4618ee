/**
 * The two inner loops of blocked elimination as WebAssembly, three times as fast as JavaScript; panel-kernel.wat is the source of the
 * bytes below. Additions, multiplications and divisions of doubles alone (no relaxed SIMD, no fused operations), so every engine
 * gives the same bits: those of plain loops. There is no second implementation to fall back to.
 */

/** Columns a panel; its rows come in groups of four, and a group is stored column by column. */
export const PANEL = 48;
export const GROUP: number = 4 * PANEL;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** x D^T = panel in place; `groups` even; addresses in bytes. */
  solve(panel: number, groups: number, triangle: number, columns: number): void;
  /** c -= panel panel^T: row groups begin..end - 1, column groups up to the row's own and below `width`. */
  subtract(
    c: number,
    strideBytes: number,
    panel: number,
    begin: number,
    end: number,
    width: number,
    columns: number,
  ): void;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
declare function atob(base64: string): string;

export const CODE: string =
  'AGFzbQEAAAABEgJgBH9/f38AYAd/f39/f39/AAMDAgABBQMBAAEHHQMGbWVtb3J5AgAFc29sdmUAAAhzdWJ0cmFjdAABCoMGAq4CAgV/BXsDQEEAIQQg' +
  'ACEGIAIhBQNAIAb9AAQAIQkgBv0ABBAhCiAG/QAEgAwhCyAG/QAEkAwhDCAAIQcgBSAEQQN0aiEIIAQEQANAIAX9CgMAIQ0gCSAH/QAEACAN/fIB/fEB' +
  'IQkgCiAH/QAEECAN/fIB/fEBIQogCyAH/QAEgAwgDf3yAf3xASELIAwgB/0ABJAMIA398gH98QEhDCAHQSBqIQcgBUEIaiEFIAUgCEkNAAsLIAX9CgMA' +
  'IQ0gBiAJIA398wH9CwQAIAYgCiAN/fMB/QsEECAGIAsgDf3zAf0LBIAMIAYgDCAN/fMB/QsEkAwgBkEgaiEGIAUgBEEDdGtBgANqIQUgBEEBaiEEIAQg' +
  'A0kNAAsgAEGAGGohACABQQJrIQEgAUEASg0ACwvQAwIGfwt7IAZBBXQhBgNAIAIgA0GADGxqIQwgDCAGaiELQQAhBwNAIAAgB0EFdGohCCAI/QAEACEN' +
  'IAj9AAQQIQ4gCCABaiEIIAj9AAQAIQ8gCP0ABBAhECAIIAFqIQggCP0ABAAhESAI/QAEECESIAggAWohCCAI/QAEACETIAj9AAQQIRQgDCEJIAIgB0GA' +
  'DGxqIQoDQCAK/QAEACEVIAr9AAQQIRYgCf0KAwAhFyANIBcgFf3yAf3xASENIA4gFyAW/fIB/fEBIQ4gCf0KAwghFyAPIBcgFf3yAf3xASEPIBAgFyAW' +
  '/fIB/fEBIRAgCf0KAxAhFyARIBcgFf3yAf3xASERIBIgFyAW/fIB/fEBIRIgCf0KAxghFyATIBcgFf3yAf3xASETIBQgFyAW/fIB/fEBIRQgCkEgaiEK' +
  'IAlBIGohCSAJIAtJDQALIAggE/0LBAAgCCAU/QsEECAIIAFrIQggCCAR/QsEACAIIBL9CwQQIAggAWshCCAIIA/9CwQAIAggEP0LBBAgCCABayEIIAgg' +
  'Df0LBAAgCCAO/QsEECAHQQFqIQcgByADTSAHIAVJcQ0ACyAAIAFBAnRqIQAgA0EBaiEDIAMgBEkNAAsL';

const bytes = Uint8Array.from(atob(CODE), (character) => character.charCodeAt(0));
export const kernel: Exports = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;

/** The kernel's memory with room for `doubles` numbers; whatever was written before may be anywhere in it. */
export function room(doubles: number): Float64Array {
  const missing = doubles * 8 - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
  return new Float64Array(kernel.memory.buffer);
}
