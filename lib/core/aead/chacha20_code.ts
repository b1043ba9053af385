/**
 * ChaCha20 (RFC 8439, section 2.4) in WebAssembly.
 *
 * Theory of operation. Four blocks of 64 bytes are computed at once: each of the sixteen words of
 * the state is a vector of four lanes, one for each block. The vectors of the words before the
 * rounds are kept in memory, as they are added again after them; then each four of them are turned
 * around, so that every block lies in its order, and put over the data by XOR.
 */
import {
  add32,
  addLanes,
  type Code,
  get,
  I32,
  i32,
  isAbove32,
  lanes,
  load128,
  loadSplat32,
  loop,
  or128,
  set,
  shlLanes,
  shrLanes,
  shuffle,
  splat32,
  store128,
  sub32,
  V128,
  type WasmFunction,
  xor128,
} from "./wasm_code.ts";

/** What `chacha` gives in one turn, and overwrites at least. */
export const CHACHA_TURN_BYTES = 256;

/** "expand 32-byte k" */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
const DOUBLE_ROUNDS = 10;
const VECTOR_BYTES = 16;

// Locals: the parameters, a counter of rounds, the sixteen words, four to turn them around.
const [AT, LEFT, COUNTER, ROUND, X, T] = [0, 1, 2, 3, 4, 20];

/** Where in memory the function finds its key and nonce, and may keep 256 bytes of its own. */
export interface ChachaPlaces {
  readonly key: number;
  readonly nonce: number;
  readonly state: number;
}

/**
 * `chacha(at, length, counter)` XORs the key stream, from block `counter` on, over the bytes at
 * `at`: `length` of them, rounded up to whole turns.
 */
export function chachaFunction(places: ChachaPlaces): WasmFunction {
  return {
    name: "chacha",
    parameters: [I32, I32, I32],
    result: null,
    locals: [I32, ...Array.from({ length: 20 }, () => V128 as typeof V128)],
    body: [
      ...prepare(places),
      ...loop([
        ...word((index) => load128(i32(places.state), VECTOR_BYTES * index)),
        ...set(ROUND, i32(DOUBLE_ROUNDS)),
        ...loop([...doubleRound(), ...set(ROUND, sub32(get(ROUND), i32(1)))], get(ROUND)),
        ...word((index) =>
          addLanes(get(X + index), load128(i32(places.state), VECTOR_BYTES * index))
        ),
        ...[0, 1, 2, 3].flatMap(putOver),
        ...advance(places),
      ], isAbove32(get(LEFT), i32(0))),
    ],
  };
}

/** Sets all sixteen words. */
function word(value: (index: number) => Code): Code {
  return Array.from({ length: 16 }, (_, index) => set(X + index, value(index))).flat();
}

function prepare({ key, nonce, state }: ChachaPlaces): Code {
  const words: readonly Code[] = [
    ...CONSTANTS.map((value) => splat32(i32(value | 0))),
    ...Array.from({ length: 8 }, (_, index) => loadSplat32(i32(key), 4 * index)),
    addLanes(splat32(get(COUNTER)), lanes([0, 1, 2, 3])),
    ...Array.from({ length: 3 }, (_, index) => loadSplat32(i32(nonce), 4 * index)),
  ];
  return words.flatMap((value, index) => store128(i32(state), VECTOR_BYTES * index, value));
}

function advance({ state }: ChachaPlaces): Code {
  const at = VECTOR_BYTES * 12;
  return [
    ...store128(i32(state), at, addLanes(load128(i32(state), at), lanes([4, 4, 4, 4]))),
    ...set(AT, add32(get(AT), i32(CHACHA_TURN_BYTES))),
    ...set(LEFT, sub32(get(LEFT), i32(CHACHA_TURN_BYTES))),
  ];
}

function doubleRound(): Code {
  const columns = [0, 1, 2, 3].flatMap((i) => quarterRound(i, i + 4, i + 8, i + 12));
  const diagonals = [0, 1, 2, 3].flatMap((i) =>
    quarterRound(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
  );
  return [...columns, ...diagonals];
}

/** RFC 8439, section 2.1. */
function quarterRound(a: number, b: number, c: number, d: number): Code {
  const step = (x: number, y: number, z: number, bits: number): Code => [
    ...set(X + x, addLanes(get(X + x), get(X + y))),
    ...set(X + z, xor128(get(X + z), get(X + x))),
    ...set(X + z, rotated(X + z, bits)),
  ];
  return [...step(a, b, d, 16), ...step(c, d, b, 12), ...step(a, b, d, 8), ...step(c, d, b, 7)];
}

function rotated(local: number, bits: number): Code {
  // By whole bytes, one instruction moves them.
  if (bits % 8 === 0) {
    const bytes = Array.from({ length: 16 }, (_, at) => (at & ~3) | (at - bits / 8 + 4) % 4);
    return shuffle(get(local), get(local), bytes);
  }
  return or128(shlLanes(get(local), i32(bits)), shrLanes(get(local), i32(32 - bits)));
}

/** Puts four words, `4 * group` and on, over their place in each of the four blocks. */
function putOver(group: number): Code {
  const first = X + 4 * group;
  const [a, b, c, d] = [get(first), get(first + 1), get(first + 2), get(first + 3)];
  const half = (at: number) => get(T + at);
  return [
    ...set(T, shuffle(a, b, words(0, 4, 1, 5))),
    ...set(T + 1, shuffle(c, d, words(0, 4, 1, 5))),
    ...set(T + 2, shuffle(a, b, words(2, 6, 3, 7))),
    ...set(T + 3, shuffle(c, d, words(2, 6, 3, 7))),
    ...[
      shuffle(half(0), half(1), words(0, 1, 4, 5)),
      shuffle(half(0), half(1), words(2, 3, 6, 7)),
      shuffle(half(2), half(3), words(0, 1, 4, 5)),
      shuffle(half(2), half(3), words(2, 3, 6, 7)),
    ].flatMap((bytes, block) => {
      const offset = 64 * block + VECTOR_BYTES * group;
      return store128(get(AT), offset, xor128(load128(get(AT), offset), bytes));
    }),
  ];
}

/** The bytes of words, for `shuffle`. */
function words(...indices: readonly number[]): readonly number[] {
  return indices.flatMap((index) => [0, 1, 2, 3].map((byte) => 4 * index + byte));
}
