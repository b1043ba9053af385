/**
 * Dials out of a device that has no route to where they go. The address of an interface is often
 * there some time before its route is. A connection that is begun meanwhile waits for a neighbour
 * that is none, for three seconds at least, also when the route has come. It may work all the same
 * (a router that answers for everybody), so it is begun; but another is begun beside it as soon as
 * there is a route, and the first that is there wins.
 */
import type { ByteConn } from "./byte_conn.ts";
import { ConnFailed } from "./conn_failed.ts";
import type { DeviceRoute } from "./device_route.ts";
import { closeLosers } from "./lost_dial.ts";
import { pauseFor } from "./pause_for.ts";

/** How often the route is looked for. */
const LOOK_MS = 50;

export interface RoutelessDial {
  /** Whether there is a route at this moment. */
  readonly route: () => DeviceRoute;
  /** Every rejection is a `ConnFailed`. */
  readonly dial: (signal: AbortSignal) => Promise<ByteConn>;
  readonly signal: AbortSignal;
}

/** @throws {ConnFailed} why the first one failed */
export async function dialAroundRoute({ route, dial, signal }: RoutelessDial): Promise<ByteConn> {
  if (route() !== "none") return await dial(signal);
  const losers = new AbortController();
  const limited = AbortSignal.any([signal, losers.signal]);
  const settled = new AbortController();
  const first = dial(limited).finally(() => settled.abort());
  const second = dialOnceRouted({ route, dial, signal: limited }, settled.signal);
  let winner: ByteConn | null = null;
  try {
    winner = await Promise.any([first, second]);
    return winner;
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    closeLosers([first, second], winner);
    losers.abort();
  }
}

/** @throws {ConnFailed} `unreachable`: the first one was done before there was a route */
async function dialOnceRouted(
  { route, dial, signal }: RoutelessDial,
  settled: AbortSignal,
): Promise<ByteConn> {
  const waiting = AbortSignal.any([signal, settled]);
  while (!waiting.aborted) {
    await pauseFor(LOOK_MS, waiting);
    if (!waiting.aborted && route() !== "none") return await dial(signal);
  }
  throw new ConnFailed("unreachable", "Cannot connect: there is no route");
}
