import { Chance } from "./chance.ts";

/** A prime, so that no ring or piece size hides a shift. */
const PERIOD = 65_521;

const TABLE = makeTable();

function makeTable(): Uint8Array {
  const chance = new Chance(4711);
  return Uint8Array.from({ length: PERIOD }, () => chance.between(0, 0xff));
}

/** Every direction of every stream has bytes of its own: `key` says which. */
function startOf(key: number, position: number): number {
  return (position + key * 7_919) % PERIOD;
}

/** Fills `region` with the bytes that direction `key` has from `position` on. */
export function fillPattern(region: Uint8Array, key: number, position: number): void {
  for (let filled = 0; filled < region.length;) {
    const start = startOf(key, position + filled);
    const count = Math.min(region.length - filled, PERIOD - start);
    region.set(TABLE.subarray(start, start + count), filled);
    filled += count;
  }
}

/** The offset of the first byte that is not the one of direction `key`; -1 when all are right. */
export function findMismatch(bytes: Uint8Array, key: number, position: number): number {
  let at = startOf(key, position);
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== TABLE[at]) return i;
    if (++at === PERIOD) at = 0;
  }
  return -1;
}
