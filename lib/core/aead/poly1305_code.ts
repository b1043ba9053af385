/**
 * Poly1305 (RFC 8439, section 2.5) in WebAssembly, over whole blocks of 16 bytes.
 *
 * Theory of operation. Numbers modulo 2^130 - 5 are kept in five limbs of 26 bits, so that a product
 * of two limbs, and a sum of five such, fits into 64 bits; what goes beyond 2^130 comes back in at
 * the low end, times five. Only the last step brings a number into its one true form, without a
 * branch that depends on it.
 */
import {
  add32,
  add64,
  and64,
  type Code,
  extend,
  get,
  I32,
  i32,
  I64,
  i64,
  isAbove32,
  isBelow64,
  load32As64,
  load64,
  loop,
  mul64,
  or64,
  set,
  shl64,
  shr64,
  shrSigned64,
  store64,
  sub32,
  sub64,
  type WasmFunction,
  xor64,
} from "./wasm_code.ts";

const LIMB_BITS = 26;
const LIMB = i64(2 ** LIMB_BITS - 1);
const BLOCK_BYTES = 16;
/** Where in a block the bits of each limb begin: the byte, and by how much to shift. */
const LIMB_PLACES = [[0, 0], [3, 2], [6, 4], [9, 6], [12, 8]] as const;
/** What of each limb of r may be set (RFC 8439, section 2.5: "clamped"). */
const CLAMPS = [0x3ffffff, 0x3ffff03, 0x3ffc0ff, 0x3f03fff, 0x00fffff];
/** Every block is whole, so above its 128 bits there is always a one. */
const TOP_BIT = i64(2 ** 24);
const LIMBS = [0, 1, 2, 3, 4];

// Locals: the parameters, the limbs of the sum, of r, of five times r, of the product, a carry.
const [AT, LEFT, KEY, TAG, H, R, S, D, CARRY] = [0, 1, 2, 3, 4, 9, 14, 19, 24];

/**
 * `poly(at, length, key, tag)` writes to `tag` the 16 bytes that authenticate `length` bytes, a
 * multiple of 16 and not none, at `at` under the 32 bytes at `key`.
 */
export function polyFunction(): WasmFunction {
  return {
    name: "poly",
    parameters: [I32, I32, I32, I32],
    result: null,
    locals: Array.from({ length: 21 }, () => I64 as typeof I64),
    body: [
      ...LIMBS.flatMap((at) => set(R + at, and64(limb(KEY, at), i64(CLAMPS[at] ?? 0)))),
      ...LIMBS.flatMap((at) => set(S + at, mul64(get(R + at), i64(5)))),
      ...loop([
        ...LIMBS.flatMap((at) => set(H + at, add64(get(H + at), blockLimb(at)))),
        ...LIMBS.flatMap((at) => set(D + at, product(at))),
        ...reduce(),
        ...set(AT, add32(get(AT), i32(BLOCK_BYTES))),
        ...set(LEFT, sub32(get(LEFT), i32(BLOCK_BYTES))),
      ], isAbove32(get(LEFT), i32(0))),
      ...finish(),
    ],
  };
}

/** The bits of a limb, and perhaps some above, of the 16 bytes at an address. */
function limb(address: number, at: number): Code {
  const [byte, shift] = LIMB_PLACES[at] ?? [0, 0];
  return shr64(load32As64(get(address), byte), i64(shift));
}

function blockLimb(at: number): Code {
  return at === 4 ? or64(limb(AT, at), TOP_BIT) : and64(limb(AT, at), LIMB);
}

/** A limb of the sum times r, those beyond 2^130 included. */
function product(at: number): Code {
  const [first, ...others] = LIMBS.map((of) =>
    mul64(get(H + of), of <= at ? get(R + at - of) : get(S + 5 + at - of))
  );
  return others.reduce((sum, one) => add64(sum, one), first ?? i64(0));
}

/** Brings the product back into limbs, nearly. */
function reduce(): Code {
  return [
    ...LIMBS.flatMap((at) => [
      ...set(H + at, and64(get(D + at), LIMB)),
      ...(at < 4
        ? set(D + at + 1, add64(get(D + at + 1), shr64(get(D + at), i64(LIMB_BITS))))
        : []),
    ]),
    ...set(H, add64(get(H), mul64(shr64(get(D + 4), i64(LIMB_BITS)), i64(5)))),
    ...carry(H, H + 1),
  ];
}

function carry(from: number, to: number): Code {
  return [
    ...set(to, add64(get(to), shr64(get(from), i64(LIMB_BITS)))),
    ...set(from, and64(get(from), LIMB)),
  ];
}

function finish(): Code {
  return [
    ...[1, 2, 3].flatMap((at) => carry(H + at, H + at + 1)),
    ...set(H, add64(get(H), mul64(shr64(get(H + 4), i64(LIMB_BITS)), i64(5)))),
    ...set(H + 4, and64(get(H + 4), LIMB)),
    ...carry(H, H + 1),
    // The sum minus 2^130 - 5, in the limbs of the product; negative if the sum is the lesser.
    ...set(D, add64(get(H), i64(5))),
    ...[1, 2, 3, 4].flatMap((at) => [
      ...set(D + at, add64(get(H + at), shr64(get(D + at - 1), i64(LIMB_BITS)))),
      ...set(D + at - 1, and64(get(D + at - 1), LIMB)),
    ]),
    ...set(D + 4, sub64(get(D + 4), i64(2 ** LIMB_BITS))),
    ...set(CARRY, shrSigned64(get(D + 4), i64(63))),
    ...LIMBS.flatMap((at) =>
      set(
        H + at,
        or64(
          and64(get(H + at), get(CARRY)),
          and64(get(D + at), xor64(get(CARRY), i64(-1))),
        ),
      )
    ),
    ...set(D, or64(get(H), or64(shl64(get(H + 1), i64(26)), shl64(get(H + 2), i64(52))))),
    ...set(
      D + 1,
      or64(
        shr64(get(H + 2), i64(12)),
        or64(shl64(get(H + 3), i64(14)), shl64(get(H + 4), i64(40))),
      ),
    ),
    ...set(D + 2, add64(get(D), load64(get(KEY), 16))),
    ...set(CARRY, extend(isBelow64(get(D + 2), get(D)))),
    ...store64(get(TAG), 0, get(D + 2)),
    ...store64(get(TAG), 8, add64(add64(get(D + 1), load64(get(KEY), 24)), get(CARRY))),
  ];
}
