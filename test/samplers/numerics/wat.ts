/**
 * An assembler for as much of the WebAssembly text format as samplers/numerics/panel-kernel.wat is written in: folded instructions,
 * one memory, exported functions of i32 parameters without a result.
 */

type Expression = string | Expression[];

const OPCODES: Record<string, number[]> = {
  'local.get': [0x20],
  'local.set': [0x21],
  'i32.const': [0x41],
  'i32.lt_u': [0x49],
  'i32.gt_s': [0x4a],
  'i32.le_u': [0x4d],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.mul': [0x6c],
  'i32.and': [0x71],
  'i32.shl': [0x74],
  'v128.load': [0xfd, 0x00],
  'v128.load64_splat': [0xfd, 0x0a],
  'v128.store': [0xfd, 0x0b],
  'f64x2.sub': [0xfd, 0xf1, 0x01],
  'f64x2.mul': [0xfd, 0xf2, 0x01],
  'f64x2.div': [0xfd, 0xf3, 0x01],
};
/** Alignment of the instructions that touch memory, as a power of 2. */
const ALIGNMENT: Record<string, number> = { 'v128.load': 4, 'v128.load64_splat': 3, 'v128.store': 4 };
const TYPES: Record<string, number> = { i32: 0x7f, v128: 0x7b };

/** "\\0asm", version 1. */
const HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The module's bytes, every number as short as it can be. */
export function assemble(source: string): Uint8Array {
  const [, ...fields] = parse(source);
  const named = (name: string): Expression[][] => fields.filter((field): field is Expression[] => field[0] === name);
  const functions = named('func');
  const types = [...new Set(functions.map((f) => String(typeOf(f))))];
  const exported = (field: Expression[], kind: number, index: number): number[] => {
    const name = Buffer.from(String(field[1][1]).slice(1, -1));
    return [name.length, ...name, kind, index];
  };
  return Uint8Array.from([
    ...HEADER,
    ...section(
      1,
      types.map((type) => type.split(',').map(Number)),
    ),
    ...section(
      3,
      functions.map((f) => [types.indexOf(String(typeOf(f)))]),
    ),
    ...section(
      5,
      named('memory').map((field) => [0, Number(field[2])]),
    ),
    ...section(7, [
      ...named('memory').map((field, i) => exported(field, 2, i)),
      ...functions.map((field, i) => exported(field, 0, i)),
    ]),
    ...section(
      10,
      functions.map(body).map((code) => [...unsigned(code.length), ...code]),
    ),
  ]);
}

function parse(source: string): Expression[] {
  const stack: Expression[][] = [[]];
  for (const [token] of source.replace(/;;.*/g, '').matchAll(/[()]|"[^"]*"|[^\s()]+/g)) {
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const done = stack.pop()!;
      stack.at(-1)!.push(done);
    } else stack.at(-1)!.push(token);
  }
  return stack[0][0] as Expression[];
}

function typeOf(f: Expression[]): number[] {
  const parameters = f.filter((part) => part[0] === 'param');
  return [0x60, parameters.length, ...parameters.map((part) => TYPES[String(part[2])]), 0];
}

function body(f: Expression[]): number[] {
  const variables = f.filter((part) => part[0] === 'param' || part[0] === 'local');
  const names = variables.map((part) => String(part[1]));
  const groups: { type: number; count: number }[] = [];
  for (const part of variables.filter(([kind]) => kind === 'local')) {
    const type = TYPES[String(part[2])];
    if (groups.at(-1)?.type === type) groups.at(-1)!.count++;
    else groups.push({ type, count: 1 });
  }
  const labels: string[] = [];
  const emit = (expression: Expression): number[] => {
    const [name, ...rest] = expression as [string, ...Expression[]];
    if (name === 'loop') {
      labels.push(String(rest[0]));
      const inside = rest.slice(1).flatMap(emit);
      labels.pop();
      return [0x03, 0x40, ...inside, 0x0b];
    }
    if (name === 'if') {
      labels.push('');
      const inside = rest[1].slice(1) as Expression[];
      const code = [...emit(rest[0]), 0x04, 0x40, ...inside.flatMap(emit), 0x0b];
      labels.pop();
      return code;
    }
    const operands = rest.filter((part) => typeof part !== 'string').flatMap(emit);
    if (name === 'br_if') return [...operands, 0x0d, labels.length - 1 - labels.lastIndexOf(String(rest[0]))];
    const code = OPCODES[name];
    if (!code) throw new Error(`No opcode is known for ${name}.`);
    if (name.startsWith('local.')) return [...operands, ...code, names.indexOf(String(rest[0]))];
    if (name === 'i32.const') return [...code, ...signed(Number(rest[0]))];
    if (!(name in ALIGNMENT)) return [...operands, ...code];
    const offset = rest.find((part) => typeof part === 'string')?.slice('offset='.length) ?? 0;
    return [...operands, ...code, ALIGNMENT[name], ...unsigned(Number(offset))];
  };
  const instructions = f.filter((part) => ['loop', 'local.set'].includes(String(part[0])));
  return [groups.length, ...groups.flatMap(({ type, count }) => [count, type]), ...instructions.flatMap(emit), 0x0b];
}

function section(id: number, items: readonly number[][]): number[] {
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
