import { lookup } from "node:dns/promises";
import { ConnFailed } from "./conn_failed.ts";
import { familyOf } from "./socket_address.ts";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Asks the system for the addresses of a name; rejects when there is no answer. */
export type LookUp = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** A name server that does not answer must not hold up a resume for longer than that. */
const LOOKUP_MS = 3_000;

/** So many names are remembered; those that programs behind CNAPTs ask for are without end. */
const MAX_REMEMBERED = 1_024;

/**
 * The last good answer for each name: what is used when the name server cannot be reached. The name
 * that was resolved longest ago is forgotten first.
 */
const lastGood = new Map<string, readonly ResolvedAddress[]>();

/**
 * The addresses of `host`, IPv6 and IPv4 alternating as RFC 8305 section 4 asks. A name is
 * looked up each time; if that fails, the last good answer serves.
 *
 * @throws {ConnFailed} `nameUnknown` when there never was an answer
 */
export async function resolveHost(
  host: string,
  lookUp: LookUp = (name) => lookup(name, { all: true, verbatim: true }),
  limitMs: number = LOOKUP_MS,
): Promise<readonly ResolvedAddress[]> {
  const family = familyOf(host);
  if (family !== null) return [{ address: host, family }];
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("the name server did not answer")), limitMs);
    });
    const found = await Promise.race([lookUp(host), timeout]);
    const addresses = interleave(
      found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 })),
    );
    if (addresses.length === 0) throw new Error("it has no address");
    remember(host, addresses);
    return addresses;
  } catch (cause) {
    const known = lastGood.get(host);
    if (known !== undefined) return known;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ConnFailed("nameUnknown", `Cannot resolve ${host}: ${detail}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function remember(host: string, addresses: readonly ResolvedAddress[]): void {
  lastGood.delete(host);
  const [oldest] = lastGood.keys();
  if (lastGood.size >= MAX_REMEMBERED && oldest !== undefined) lastGood.delete(oldest);
  lastGood.set(host, addresses);
}

function interleave(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  const six = addresses.filter(({ family }) => family === 6);
  const four = addresses.filter(({ family }) => family === 4);
  const mixed: ResolvedAddress[] = [];
  for (let i = 0; i < Math.max(six.length, four.length); i++) {
    for (const one of [six[i], four[i]]) if (one !== undefined) mixed.push(one);
  }
  return mixed;
}
