import { type NetConnectOpts, Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { ByteConn } from "./byte_conn.ts";
import { ConnFailed, passOnUnlessConnFailed, toConnFailed } from "./conn_failed.ts";
import { type ConnEnds, DenoConn } from "./deno_conn.ts";
import { connectByDevice, deviceBinding } from "./device_socket.ts";
import { PlainInlet, PlainNodeConn } from "./plain_node_conn.ts";
import { type ResolvedAddress, resolveHost } from "./resolve.ts";
import { familyOf } from "./socket_address.ts";
import { TLS_HIGH_WATER_MARK, TlsNodeConn } from "./tls_node_conn.ts";

/** By which way a connection leaves this machine. */
export type Via =
  /** Whatever route the operating system takes. */
  | { readonly kind: "any" }
  /** From this local address. */
  | { readonly kind: "address"; readonly address: string }
  /**
   * Out of this network device; `addresses` are its own, used where sockets cannot be bound to a
   * device.
   */
  | { readonly kind: "device"; readonly device: string; readonly addresses: readonly string[] };

export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  readonly signal: AbortSignal;
  /** The one certificate that is accepted, in PEM, and the name it must be good for. */
  readonly tls?: { readonly ca: string; readonly serverName: string };
}

/** The next address is tried when the one before has not answered for so long (RFC 8305). */
const STAGGER_MS = 250;
const KEEP_ALIVE_MS = 30_000;

/**
 * Connects to `target`. A name is resolved anew; its addresses are raced.
 *
 * @throws {ConnFailed} no address answered; the failure of the first one
 */
export async function dial(
  target: DialTarget,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  options.signal.throwIfAborted();
  const addresses = (await resolveHost(target.host)).filter((one) => canReach(via, one.family));
  if (addresses.length === 0) {
    throw new ConnFailed(
      "unreachable",
      `Cannot reach ${target.host}: it has no address of a family that the interface has`,
    );
  }
  return await dialAddresses(addresses, target.port, via, options);
}

/**
 * Connects to one of `addresses`, at least one; they are raced.
 *
 * @throws {ConnFailed} no address answered; the failure of the first one
 */
export async function dialAddresses(
  addresses: readonly ResolvedAddress[],
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  const [only] = addresses;
  if (addresses.length === 1 && only !== undefined) {
    return await dialAddress(only, port, via, options);
  }
  return await race(addresses, port, via, options);
}

function canReach(via: Via, family: 4 | 6): boolean {
  switch (via.kind) {
    case "any":
      return true;
    case "address":
      return familyOf(via.address) === family;
    case "device":
      return via.addresses.some((address) => familyOf(address) === family);
  }
}

async function race(
  addresses: readonly ResolvedAddress[],
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  const losers = new AbortController();
  const signal = AbortSignal.any([options.signal, losers.signal]);
  const attempts: Promise<ByteConn>[] = [];
  let winner: ByteConn | null = null;
  try {
    for (const address of addresses) {
      attempts.push(dialAddress(address, port, via, { ...options, signal }));
      const stagger = pause(STAGGER_MS, signal);
      const first = await Promise.race([
        Promise.any(attempts).catch(nullIfAllFailed),
        stagger.then(() => undefined),
      ]);
      if (first instanceof Object) {
        winner = first;
        return first;
      }
    }
    winner = await Promise.any(attempts);
    return winner;
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    for (const attempt of attempts) closeUnless(winner, attempt).catch(reportError);
    losers.abort();
  }
}

function nullIfAllFailed(error: unknown): null {
  if (!(error instanceof AggregateError)) throw error;
  return null;
}

/** Closes what an attempt connects in vain, perhaps later; that it fails was told or does not matter. */
async function closeUnless(winner: ByteConn | null, attempt: Promise<ByteConn>): Promise<void> {
  try {
    const conn = await attempt;
    if (conn !== winner) conn.close();
  } catch (error) {
    passOnUnlessConnFailed(error);
  }
}

async function dialAddress(
  resolved: ResolvedAddress,
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  const { address } = resolved;
  try {
    if (via.kind === "any") {
      const { signal } = options;
      return await finishDeno(
        await Deno.connect({ hostname: address, port, signal }),
        undefined,
        options,
      );
    }
    if (via.kind === "device" && deviceBinding().kind === "available") {
      const { signal } = options;
      const { conn, ends } = await connectByDevice(via.device, resolved, port, signal);
      return await finishDeno(conn, ends, options);
    }
    return await dialNode(resolved, port, via, options);
  } catch (error) {
    throw toConnFailed(error, `connect to ${address} port ${port}`);
  }
}

async function finishDeno(
  conn: Deno.TcpConn,
  ends: ConnEnds | undefined,
  { tls, signal }: DialOptions,
): Promise<ByteConn> {
  conn.setNoDelay(true);
  conn.setKeepAlive(true);
  if (tls === undefined) return new DenoConn(conn, ends);
  const secured = await Deno.startTls(conn, { hostname: tls.serverName, caCerts: [tls.ca] });
  await abortable(secured.handshake(), signal, () => secured.close());
  return new DenoConn(secured, ends);
}

async function dialNode(
  { address, family }: ResolvedAddress,
  port: number,
  via: Exclude<Via, { kind: "any" }>,
  options: DialOptions,
): Promise<ByteConn> {
  const inlet = options.tls === undefined ? new PlainInlet() : null;
  // Without allowHalfOpen, node:net ends the output as soon as the peer ends its own.
  const socket = new Socket({ allowHalfOpen: true, ...(inlet === null ? {} : { onread: inlet }) });
  const local = localAddress(via, family);
  const target: NetConnectOpts = { host: address, port, family };
  if (local !== undefined) target.localAddress = local;
  await settle(socket, "connect", options.signal, () => socket.connect(target));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  if (inlet !== null) return new PlainNodeConn(socket, inlet);
  const { ca, serverName } = options.tls ?? { ca: "", serverName: "" };
  const manner: ConnectionOptions & { highWaterMark: number } = {
    socket,
    ca: [ca],
    servername: serverName,
    highWaterMark: TLS_HIGH_WATER_MARK,
    // Said aloud, or NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's shell would end the pinning.
    rejectUnauthorized: true,
  };
  const secured = connectTls(manner);
  await settle(secured, "secureConnect", options.signal, () => {});
  return new TlsNodeConn(secured, socket);
}

function localAddress(via: Exclude<Via, { kind: "any" }>, family: 4 | 6): string | undefined {
  if (via.kind === "address") return via.address;
  return via.addresses.find((address) => familyOf(address) === family);
}

/** Waits for `event` of a socket; a failure or abort destroys it. */
async function settle(
  socket: Socket,
  event: "connect" | "secureConnect",
  signal: AbortSignal,
  start: () => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason);
  const onClose = () => reject(new ConnFailed("reset", "Cannot connect: the peer closed"));
  socket.once(event, resolve);
  socket.once("error", reject);
  socket.once("close", onClose);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    start();
    await promise;
  } catch (error) {
    socket.on("error", () => {}); // what a destroyed socket says is of no interest
    socket.destroy();
    throw error;
  } finally {
    socket.off(event, resolve);
    socket.off("error", reject);
    socket.off("close", onClose);
    signal.removeEventListener("abort", onAbort);
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal, undo: () => void): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort(); // it came before anybody listened
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    undo();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
