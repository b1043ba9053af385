import type { HostPort } from "../../config/host_port.ts";
import type { OfferKey, OfferMemory } from "../../config/offer_memory.ts";
import { ListenFailed } from "../../net/listen.ts";

/** Where a service is offered whose port is one of the machine's own: 22 → 2222. */
const UNPRIVILEGED_OFFSET = 2_200;
const FIRST_UNPRIVILEGED = 1_024;
const LAST_PORT = 65_535;
/** All of 127.0.0.0/8 is this machine's on Linux and Windows; as many of it are used. */
const LOOPBACK_ADDRESSES = 254;
/** How many ports are tried from the wanted one upwards where there is only 127.0.0.1. */
const TRIED_PORTS = 100;

/**
 * Opens an announced service where programs look for it: where it was before; else on its real
 * port at 127.0.0.1, or, when another server of the same port has that, at 127.0.0.2 and so on,
 * so that only the address differs; else, where the system has no such addresses (macOS), on the
 * next port that is free. A port below 1024 becomes 2200 more, also for an administrator: those
 * belong to the machine, and SNAPT is not to choose among them. The first place is remembered. Null
 * when there is none.
 *
 * @param open throws `ListenFailed` where a place cannot be had
 */
export function openAtPlace<T>(
  key: OfferKey,
  port: number,
  memory: OfferMemory,
  open: (place: HostPort) => T,
): T | null {
  const before = memory.placeOf(key);
  const tryOne = (place: HostPort): T | null => {
    try {
      const value = open(place);
      // Who has the remembered place now may be gone by the next start: it stays the service's.
      if (before === null) memory.remember(key, place);
      return value;
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      return null;
    }
  };
  const tryAll = (places: Iterable<HostPort>): T | null => {
    for (const place of places) {
      const value = memory.isOfAnother(key, place) ? null : tryOne(place);
      if (value !== null) return value;
    }
    return null;
  };
  const first = before === null || before.port < FIRST_UNPRIVILEGED ? null : tryOne(before);
  if (first !== null) return first;
  const isPrivileged = port < FIRST_UNPRIVILEGED;
  return tryAll(placesFrom(isPrivileged ? port + UNPRIVILEGED_OFFSET : port));
}

function* placesFrom(port: number): Generator<HostPort> {
  for (let last = 1; last <= LOOPBACK_ADDRESSES; last++) yield { host: `127.0.0.${last}`, port };
  const end = Math.min(LAST_PORT, port + TRIED_PORTS);
  for (let next = port + 1; next <= end; next++) yield { host: "127.0.0.1", port: next };
}
