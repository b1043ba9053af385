/**
 * Writes WebAssembly: instructions as lists of bytes, put together like expressions, and a module
 * around functions (WebAssembly Core Specification 2.0, section 5). Only what `chacha20_poly1305.ts`
 * needs.
 */

/** Bytes of instructions. */
export type Code = readonly number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof I64 | typeof V128;

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

const END = 0x0b;
const NO_RESULT = 0x40;
const SIMD = 0xfd;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(BigInt(value))];
export const i64 = (value: number | bigint): Code => [0x42, ...signed(BigInt(value))];
export const call = (index: number, ...values: readonly Code[]): Code => [
  ...values.flat(),
  0x10,
  ...unsigned(index),
];
/** Runs `body` until `again` is zero. */
export const loop = (body: Code, again: Code): Code => [
  ...[0x03, NO_RESULT, ...body, ...again],
  ...[0x0d, 0, END],
];
export const when = (condition: Code, body: Code): Code => [
  ...condition,
  ...[0x04, NO_RESULT, ...body, END],
];
export const giveBack = (value: Code): Code => [...value, 0x0f];

const binary = (...opcode: number[]) => (a: Code, b: Code): Code => [...a, ...b, ...opcode];
const unary = (...opcode: number[]) => (a: Code): Code => [...a, ...opcode];
/** Loads from an address plus a fixed offset; no alignment is promised. */
const load = (...opcode: number[]) => (address: Code, offset = 0): Code => [
  ...address,
  ...opcode,
  0,
  ...unsigned(offset),
];
const store = (...opcode: number[]) => (address: Code, offset: number, value: Code): Code => [
  ...[...address, ...value],
  ...[...opcode, 0, ...unsigned(offset)],
];

export const add32 = binary(0x6a);
export const sub32 = binary(0x6b);
export const and32 = binary(0x71);
export const isAbove32 = binary(0x4a); // signed

export const add64 = binary(0x7c);
export const sub64 = binary(0x7d);
export const mul64 = binary(0x7e);
export const and64 = binary(0x83);
export const or64 = binary(0x84);
export const xor64 = binary(0x85);
export const shl64 = binary(0x86);
export const shrSigned64 = binary(0x87);
export const shr64 = binary(0x88);
export const isZero64 = unary(0x50);
export const isBelow64 = binary(0x54); // unsigned
export const extend = unary(0xad);

export const load64 = load(0x29);
export const load32As64 = load(0x35);
export const store64 = store(0x37);

export const load128 = load(SIMD, 0x00);
export const loadSplat32 = load(SIMD, 0x09);
export const store128 = store(SIMD, 0x0b);
export const splat32 = unary(SIMD, 0x11);
export const or128 = binary(SIMD, 0x50);
export const xor128 = binary(SIMD, 0x51);
export const addLanes = binary(SIMD, 0xae, 0x01);
export const shlLanes = binary(SIMD, 0xab, 0x01);
export const shrLanes = binary(SIMD, 0xad, 0x01);
export const lanes = (values: readonly [number, number, number, number]): Code => [
  SIMD,
  0x0c,
  ...new Uint8Array(Uint32Array.from(values).buffer),
];
/** The 16 bytes of `a` and the 16 of `b` are numbered on; `bytes` says which come out. */
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [
  ...[...a, ...b],
  ...[SIMD, 0x0d, ...bytes],
];

/** A module with `pages` of 64 KiB of memory, that exports all functions and `memory`. */
export function wasmModule(
  functions: readonly WasmFunction[],
  pages: number,
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((one) => [one])),
    ...vector(result === null ? [] : [[result]]),
  ]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, type])), ...body, END];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(7, vector([...exported, [...text("memory"), 2, 0]])),
    ...section(10, vector(bodies)),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): Code {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): Code {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
