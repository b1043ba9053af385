import { type NetConnectOpts, Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ByteConn } from "./byte_conn.ts";
import { ConnFailed, toConnFailed } from "./conn_failed.ts";
import { DenoConn } from "./deno_conn.ts";
import {
  closeDescriptor,
  connectByDevice,
  deviceBinding,
  duplicateDescriptor,
} from "./device_socket.ts";
import { PlainInlet, PlainNodeConn } from "./plain_node_conn.ts";
import { type ResolvedAddress, resolveHost } from "./resolve.ts";
import { familyOf } from "./socket_address.ts";
import { TlsNodeConn } from "./tls_node_conn.ts";

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
/** How often another descriptor number is tried when Deno believes one to be taken. */
const MAX_ADOPTIONS = 64;

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
  const [only] = addresses;
  if (addresses.length === 1 && only !== undefined) {
    return await dialAddress(only, target.port, via, options);
  }
  return await race(addresses, target.port, via, options);
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
        Promise.any(attempts).catch(() => null),
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
    for (const attempt of attempts) {
      void attempt.then((conn) => conn === winner || conn.close(), () => {});
    }
    losers.abort();
  }
}

async function dialAddress(
  { address, family }: ResolvedAddress,
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  try {
    if (via.kind === "any") return await dialDeno(address, port, options);
    return await dialNode(address, family, port, via, options);
  } catch (error) {
    throw toConnFailed(error, `connect to ${address} port ${port}`);
  }
}

async function dialDeno(address: string, port: number, options: DialOptions): Promise<ByteConn> {
  const conn = await Deno.connect({ hostname: address, port, signal: options.signal });
  conn.setNoDelay(true);
  conn.setKeepAlive(true);
  if (options.tls === undefined) return new DenoConn(conn);
  const { ca, serverName } = options.tls;
  const secured = await Deno.startTls(conn, { hostname: serverName, caCerts: [ca] });
  return await abortable(secured.handshake(), options.signal, () => secured.close())
    .then(() => new DenoConn(secured));
}

async function dialNode(
  address: string,
  family: 4 | 6,
  port: number,
  via: Exclude<Via, { kind: "any" }>,
  options: DialOptions,
): Promise<ByteConn> {
  const inlet = options.tls === undefined ? new PlainInlet() : null;
  const onread = inlet === null ? {} : { onread: inlet };
  let socket: Socket;
  if (via.kind === "device" && deviceBinding().kind === "available") {
    socket = adopt(
      await connectByDevice(via.device, address, family, port, options.signal),
      { ...onread, manualStart: true },
    );
  } else {
    socket = new Socket({ ...onread });
    const local = localAddress(via, family);
    const target: NetConnectOpts = { host: address, port, family };
    if (local !== undefined) target.localAddress = local;
    await settle(socket, "connect", options.signal, () => socket.connect(target));
  }
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  if (inlet !== null) return new PlainNodeConn(socket, inlet);
  const { ca, serverName } = options.tls ?? { ca: "", serverName: "" };
  const secured = connectTls({ socket, ca: [ca], servername: serverName });
  await settle(secured, "secureConnect", options.signal, () => {});
  return new TlsNodeConn(secured);
}

/**
 * Makes a node:net socket of a descriptor. Deno keeps a table of descriptors that it does not
 * always clear when TLS closes one; a number that it holds for taken is passed over.
 */
function adopt(fd: number, onread: object): Socket {
  const passedOver: number[] = [];
  try {
    for (let candidate = fd;; candidate = duplicateDescriptor(candidate)) {
      try {
        return new Socket({ fd: candidate, ...onread });
      } catch (error) {
        passedOver.push(candidate);
        const isTaken = error instanceof Error && "code" in error && error.code === "EEXIST";
        if (!isTaken || passedOver.length >= MAX_ADOPTIONS) throw error;
      }
    }
  } finally {
    for (const unused of passedOver) closeDescriptor(unused);
  }
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
