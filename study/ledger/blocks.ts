/**
 * Ledger rows as bytes: columns of little-endian numbers, then the ragged parts. One format for the blocks in the artifact
 * store, for what crosses continue-as-new, and for the rows an ask carries. Version 3:
 *
 *   'DTL' version | u32 rows, dimensions, objectives, constraints | columns | ragged | u32 FNV-1a of all before
 *
 * Columns of u8: state, origin; u16: space, sampler, attempts, width (numbers of x; version 1: all of them); u32: number, seed; f64: asOf, closed, cost, startedAt, finishedAt
 * (NaN: absent), then x, values, constraints column by column. Ragged, row by row: u32 count and [step, value] pairs of
 * reports; u32 length and bytes of memo; u32 length and UTF-8 JSON of the notes; the same of what a scheduler knows, and of
 * what was asked for under way (from version 3 on; a reader takes what it does not know along).
 */
import { StudyDefinitionError } from '../errors.ts';
import { sourceOf, type LedgerRow, type RowNotes } from './row.ts';
import type { StudyDefinition } from '../study.ts';
import type { Origin, TrialState } from '../trial/trial.ts';

export const BLOCK_VERSION = 3;

const STATES: readonly TrialState[] = ['waiting', 'running', 'paused', 'complete', 'pruned', 'failed', 'infeasible'];
const ORIGINS: readonly Origin[] = ['sampler', 'fallback', 'enqueued', 'told', 'imported'];
const HEADER = 20;
const FIXED_BYTES = 2 + 4 * 2 + 2 * 4 + 5 * 8;

export interface RowShape {
  readonly objectives: number;
  readonly constraints: number;
}

export function shapeOf({ objectives, constraints }: StudyDefinition): RowShape {
  return { objectives: objectives.length, constraints: constraints.length };
}

/** What schedulers know of a row, and what it asked for while it ran, as JSON: most rows have none of it. */
type Training = Pick<LedgerRow, 'rung' | 'lineage' | 'target' | 'segments' | 'suggested'>;

function trainingText({ rung, lineage, target, segments, suggested }: LedgerRow): Uint8Array | undefined {
  if (!rung && !suggested) return undefined;
  return utf8.encode(JSON.stringify({ rung, lineage, target, segments, suggested }));
}

/** Bytes a row takes, its notes' JSON counted as UTF-8. */
export function rowBytes(row: LedgerRow, shape: RowShape): number {
  const numbers = row.x.length + shape.objectives + shape.constraints;
  const notes = row.notes ? utf8.encode(JSON.stringify(row.notes)).length : 0;
  const training = trainingText(row)?.length ?? 0;
  return FIXED_BYTES + numbers * 8 + 16 + row.reports.length * 16 + (row.memo?.length ?? 0) + notes + training;
}

const BLOCK_ROWS = 1000;
const BLOCK_BYTES = 1024 * 1024;

/** How many of these rows, from the first on, leave together as one block of the artifact store; a large one leaves alone. */
export function blockLength(
  rows: readonly LedgerRow[],
  shape: RowShape,
  mayLeave: (row: LedgerRow) => boolean,
): number {
  let bytes = 0;
  let count = 0;
  for (const row of rows.slice(0, BLOCK_ROWS)) {
    bytes += rowBytes(row, shape);
    if (!mayLeave(row) || (count > 0 && bytes > BLOCK_BYTES)) break;
    count++;
  }
  return count;
}

/** The rows as one block; where `notes` is false, for samplers, of the notes no more than the source of imported trials. */
export function encodeRows(rows: readonly LedgerRow[], shape: RowShape, notes = true): Uint8Array {
  const texts = rows.map((row) => {
    const kept = notes ? row.notes : sourceNote(row);
    return kept && utf8.encode(JSON.stringify(kept));
  });
  const trainings = rows.map(trainingText);
  const n = rows.length;
  const raggedOf = (row: LedgerRow, i: number): number =>
    16 +
    row.reports.length * 16 +
    [row.memo, texts[i], trainings[i]].reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0);
  const ragged = rows.reduce((sum, row, i) => sum + raggedOf(row, i), 0);
  // the space may have changed between rows
  const dimensions = Math.max(0, ...rows.map(({ x }) => x.length));
  const numbers = dimensions + shape.objectives + shape.constraints;
  const bytes = new Uint8Array(HEADER + n * (FIXED_BYTES + numbers * 8) + ragged + 4);
  const out = new Writer(bytes);
  for (const char of [0x44, 0x54, 0x4c, BLOCK_VERSION]) out.u8(char);
  for (const count of [n, dimensions, shape.objectives, shape.constraints]) out.u32(count);
  for (const row of rows) out.u8(STATES.indexOf(row.state));
  for (const row of rows) out.u8(ORIGINS.indexOf(row.origin));
  for (const row of rows) out.u16(row.space);
  for (const row of rows) out.u16(row.sampler);
  for (const row of rows) out.u16(Math.min(row.attempts, 0xffff));
  for (const row of rows) out.u16(row.x.length);
  for (const row of rows) out.u32(row.number);
  for (const row of rows) out.u32(row.seed);
  for (const row of rows) out.f64(row.asOf);
  for (const row of rows) out.f64(row.closed ?? NaN);
  for (const row of rows) out.f64(row.cost ?? NaN);
  for (const row of rows) out.f64(row.startedAt ?? NaN);
  for (const row of rows) out.f64(row.finishedAt ?? NaN);
  for (let j = 0; j < dimensions; j++) for (const row of rows) out.f64(row.x[j] ?? NaN);
  for (let j = 0; j < shape.objectives; j++) for (const row of rows) out.f64(row.values?.[j] ?? NaN);
  for (let j = 0; j < shape.constraints; j++) for (const row of rows) out.f64(row.constraints?.[j] ?? NaN);
  rows.forEach((row, i) => {
    out.u32(row.reports.length);
    for (const [step, value] of row.reports) {
      out.f64(step);
      out.f64(value);
    }
    out.raw(row.memo);
    out.raw(texts[i]);
    out.raw(trainings[i]);
  });
  out.u32(fnv1a(bytes.subarray(0, bytes.length - 4)));
  return bytes;
}

function sourceNote({ origin, notes }: LedgerRow): RowNotes | undefined {
  const source = origin === 'imported' ? sourceOf(notes?.from) : '';
  return source === '' ? undefined : { from: source };
}

/** @throws StudyDefinitionError when the bytes are of a newer version, cut short or changed. */
export function decodeRows(bytes: Uint8Array): LedgerRow[] {
  const input = new Reader(bytes);
  if (bytes.length < HEADER + 4 || input.u8() !== 0x44 || input.u8() !== 0x54 || input.u8() !== 0x4c)
    throw new StudyDefinitionError(`not a ledger block: ${bytes.length} bytes that do not start with 'DTL'`);
  const version = input.u8();
  if (version > BLOCK_VERSION)
    throw new StudyDefinitionError(
      `ledger block of version ${version}, this program reads up to ${BLOCK_VERSION}: use the durable-tune that wrote it, or a newer one`,
    );
  if (
    fnv1a(bytes.subarray(0, bytes.length - 4)) !==
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true)
  )
    throw new StudyDefinitionError(`ledger block of ${bytes.length} bytes is damaged: its checksum does not match`);
  const n = input.u32();
  const [d, m, k] = [input.u32(), input.u32(), input.u32()];
  const column = <T>(read: () => T): T[] => Array.from({ length: n }, read);
  const state = column(() => STATES[input.u8()]!);
  const origin = column(() => ORIGINS[input.u8()]!);
  const [space, sampler, attempts] = [column(() => input.u16()), column(() => input.u16()), column(() => input.u16())];
  const width = version === 1 ? undefined : column(() => input.u16());
  const [number, seed] = [column(() => input.u32()), column(() => input.u32())];
  const [asOf, closed, cost, startedAt, finishedAt] = [0, 1, 2, 3, 4].map(() =>
    column(() => input.f64()),
  ) as number[][];
  const x = Array.from({ length: n }, () => new Float64Array(d));
  for (let j = 0; j < d; j++) for (let i = 0; i < n; i++) x[i]![j] = input.f64();
  const values = matrix(n, m, input);
  const constraints = matrix(n, k, input);
  return x.map((point, i) => {
    const reports = Array.from({ length: input.u32() }, () => [input.f64(), input.f64()] as const);
    const memo = input.raw();
    const text = input.raw();
    const training = version < 3 ? undefined : input.raw();
    return {
      number: number[i]!,
      state: state[i]!,
      origin: origin[i]!,
      x: width ? point.slice(0, width[i]) : point,
      space: space[i]!,
      sampler: sampler[i]!,
      seed: seed[i]!,
      asOf: asOf![i]!,
      reports,
      attempts: attempts[i]!,
      ...present('closed', closed![i]!),
      ...present('cost', cost![i]!),
      ...present('startedAt', startedAt![i]!),
      ...present('finishedAt', finishedAt![i]!),
      ...(values[i] && { values: values[i] }),
      ...(constraints[i] && { constraints: constraints[i] }),
      ...(memo && { memo }),
      ...(text && { notes: JSON.parse(utf8Decoder.decode(text)) as RowNotes }),
      ...(training && (JSON.parse(utf8Decoder.decode(training)) as Training)),
    };
  });
}

/** Rows of numbers; a row that starts with NaN is absent. */
function matrix(n: number, width: number, input: Reader): (number[] | undefined)[] {
  const rows = Array.from({ length: n }, () => new Array<number>(width));
  for (let j = 0; j < width; j++) for (let i = 0; i < n; i++) rows[i]![j] = input.f64();
  return rows.map((row) => (width === 0 || Number.isNaN(row[0]) ? undefined : row));
}

function present<Key extends string>(key: Key, value: number): { [K in Key]?: number } {
  return (Number.isNaN(value) ? {} : { [key]: value }) as { [K in Key]?: number };
}

// looked up once: each look-up of a global costs a workflow a microsecond
const { imul } = Math;

/** FNV-1a, 32 bits: finds damage, not malice. */
export function fnv1a(bytes: Uint8Array, start = 0x811c9dc5): number {
  let hash = start;
  for (const byte of bytes) hash = imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

// Both exist in Node, in browsers and in the workflow sandbox; the es2023 library does not know them.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
const utf8 = new TextEncoder();
const utf8Decoder = new TextDecoder();

class Writer {
  private at = 0;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset);
  }
  u8(value: number): void {
    this.view.setUint8(this.at++, value);
  }
  u16(value: number): void {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }
  u32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }
  f64(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }
  /** Length and bytes; absent is length 0. */
  raw(bytes: Uint8Array | undefined): void {
    this.u32(bytes?.length ?? 0);
    if (bytes) this.bytes.set(bytes, this.at);
    this.at += bytes?.length ?? 0;
  }
}

class Reader {
  private at = 0;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset);
  }
  u8(): number {
    return this.view.getUint8(this.at++);
  }
  u16(): number {
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }
  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
  f64(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }
  raw(): Uint8Array | undefined {
    const length = this.u32();
    this.at += length;
    return length === 0 ? undefined : this.bytes.slice(this.at - length, this.at);
  }
}
