/**
 * What is noted with a suggestion of another library: who made it, and which of its numbers were given. A row with such a note is asked
 * for again in a replay; one without, or of other settings, is somebody else's and only told.
 */
import { fnv1a } from '../../study/ledger/blocks.ts';
import type { LibrarySpec } from './call.ts';

export interface Note {
  /** Of the settings. */
  readonly digest: string;
  /** 'optuna 5.0.0, numpy 2.4.6'. */
  readonly versions: string;
  /** One a dimension: whether it was given. */
  readonly given: readonly boolean[];
}

/** Of all that decides what a library says, but the parameters, which rows are bound to anyway. */
export function digestOf({ library, exact, options, arguments: own }: LibrarySpec): string {
  const { python: _where, timeout: _long, replayed: _many, ...said } = options;
  return fnv1a(ascii(JSON.stringify([library, exact, said, own])))
    .toString(16)
    .padStart(8, '0');
}

export function encodeNote({ digest, versions, given }: Note): Uint8Array {
  const bits = given.some(Boolean) ? given.map(Number).join('').replace(/0+$/, '') : '';
  return ascii([digest, versions.slice(0, MOST_VERSIONS), hexOf(bits)].join('\n'));
}

/** Undefined where the bytes are no note. */
export function decodeNote(memo: Uint8Array | undefined, dimensions: number): Note | undefined {
  const text = memo && Array.from(memo, (byte) => String.fromCharCode(byte)).join('');
  const [, digest, versions, hex] = text?.match(/^([0-9a-f]{8})\n(.*)\n([0-9a-f]*)$/) ?? [];
  if (digest === undefined || versions === undefined || hex === undefined) return undefined;
  const bits = Array.from(hex, (digit) => parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return { digest, versions, given: Array.from({ length: dimensions }, (_, i) => bits[i] === '1') };
}

/** A memo has room for 512 bytes. */
const MOST_VERSIONS = 120;
export const MOST_DIMENSIONS = 1_500;

function hexOf(bits: string): string {
  const padded = bits.padEnd(Math.ceil(bits.length / 4) * 4, '0');
  return (padded.match(/.{4}/g) ?? []).map((four) => parseInt(four, 2).toString(16)).join('');
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.codePointAt(0)! & 0xff);
}
