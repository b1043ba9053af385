/** How many descriptors (sockets and files) this process may have open, and how many it has. */
import { type Libc, openLibc } from "./libc.ts";

const RLIMIT_NOFILE = Deno.build.os === "darwin" ? 8 : 7;
/** More is of no use; some systems say "infinite" and mean less. */
const MOST = 1_048_576;
/** macOS grants an ordinary program at least this many where it says "infinite". */
const MACOS_OPEN_MAX = 10_240;

const POLLNVAL = 0x20;
const AT_ONCE = 4_096;
/** So many parts in a row that are free, above all that is known, are the end. */
const FREE_PARTS = 2;
/** `struct pollfd`: descriptor, then what is asked for and what is so, 16 bits each. */
const asked = new Int32Array(2 * AT_ONCE);
const askedBytes = new Uint8Array(asked.buffer);

/**
 * Raises the limit that the system set for this process as far as it may go by itself. The runtime
 * does so for programs that it runs from their sources, but not for compiled ones: those would
 * stay at the usual 1,024. Returns the limit from then on; null: there is none that is known.
 */
export function raiseDescriptorLimit(): number | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const limits = limitsOf(opened.libc);
  if (limits === null) return null;
  const most = limits.hard > MOST ? MOST : Number(limits.hard);
  const choices = Deno.build.os === "darwin" ? [most, Math.min(most, MACOS_OPEN_MAX)] : [most];
  for (const wanted of choices) {
    if (wanted <= limits.soft) break;
    const raised = new BigUint64Array([BigInt(wanted), limits.hard]);
    if (opened.libc.setrlimit(RLIMIT_NOFILE, new Uint8Array(raised.buffer)) === 0) break;
  }
  return descriptorLimit();
}

/** How many descriptors this process may have open; null: there is no limit that is known. */
export function descriptorLimit(): number | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const limits = limitsOf(opened.libc);
  return limits === null ? null : Number(limits.soft > MOST ? MOST : limits.soft);
}

/** How many descriptors below `limit` are open; null: it cannot be told. */
export function countDescriptors(limit: number): number | null {
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  let count = 0;
  return visitDescriptors(opened.libc, limit, () => count += 1) ? count : null;
}

/** The highest descriptor that was open at the last look. */
let highest = 0;

/**
 * Calls `visit` for each descriptor below `limit` that is open; false where the system does not tell.
 * They are handed out from below, but not given back in the same order: after a burst there are
 * some far above the others. Where all of several parts above the highest one known are free,
 * nothing is looked for any further.
 */
export function visitDescriptors(
  libc: Libc,
  limit: number,
  visit: (descriptor: number) => void,
): boolean {
  let last = 0;
  const note = (descriptor: number) => {
    last = descriptor;
    visit(descriptor);
  };
  for (let first = 0; first < limit; first += AT_ONCE) {
    if (first > Math.max(last, highest) + FREE_PARTS * AT_ONCE) break;
    if (!visitPart(libc, first, { count: Math.min(AT_ONCE, limit - first), note })) return false;
  }
  highest = last;
  return true;
}

function visitPart(
  libc: Libc,
  first: number,
  { count, note }: { readonly count: number; readonly note: (descriptor: number) => void },
): boolean {
  for (let at = 0; at < count; at++) {
    asked[2 * at] = first + at;
    asked[2 * at + 1] = 0;
  }
  if (libc.poll(askedBytes, BigInt(count), 0) < 0) return false;
  for (let at = 0; at < count; at++) {
    if (((asked[2 * at + 1] ?? 0) >>> 16 & POLLNVAL) === 0) note(first + at);
  }
  return true;
}

function limitsOf(libc: Libc): { readonly soft: bigint; readonly hard: bigint } | null {
  const limits = new BigUint64Array(2);
  if (libc.getrlimit(RLIMIT_NOFILE, new Uint8Array(limits.buffer)) !== 0) return null;
  const [soft = 0n, hard = 0n] = limits;
  return { soft, hard };
}
