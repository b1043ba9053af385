import { type NetConnectOpts, Socket } from "node:net";
import { type KeepAlive, prepareApplication } from "./application_socket.ts";
import type { ByteConn } from "./byte_conn.ts";
import { monotonicMs } from "./clock.ts";
import { toConnFailed } from "./conn_failed.ts";
import { DenoConn } from "./deno_conn.ts";
import { descriptors, type DescriptorUse } from "./descriptor_budget.ts";
import { BegunSocket } from "./answered_device_socket.ts";
import {
  connectByDevice,
  deviceBinding,
  type DeviceTarget,
  nodeSocketByDevice,
} from "./device_socket.ts";
import { deviceRoute } from "./device_route.ts";
import type { TunnelRequest } from "../core/proxy/http_tunnel.ts";
import { tunnelConn, tunnelSocket } from "./http_tunnel.ts";
import { closeLosers } from "./lost_dial.ts";
import { pauseFor } from "./pause_for.ts";
import { PlainInlet, PlainNodeConn } from "./plain_node_conn.ts";
import { RawConn } from "./raw_conn.ts";
import { reachableAddresses, type Resolve } from "./reachable_addresses.ts";
import type { ResolvedAddress } from "./resolve.ts";
import { dialAroundRoute } from "./routeless_dial.ts";
import { addressOf, familyOf, formatAddress } from "./socket_address.ts";
import { settled } from "./socket_settled.ts";
import { findConnection, nextDescriptor } from "./socket_table.ts";
import type { Via } from "./via.ts";
import { type PinnedServer, secureAsClient } from "./tls_client.ts";
import { LINK_KEEP_ALIVE_MS, prepareLinkBetween } from "./link_socket.ts";

export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  readonly signal: AbortSignal;
  readonly tls?: PinnedServer;
  /** How an application is asked whether its host still lives; links are asked by themselves. */
  readonly keepAlive?: KeepAlive;
  /** The connection leads to an HTTP proxy, and through it to where this says. */
  readonly tunnel?: TunnelRequest;
  /**
   * So much payload goes into one packet at most, both ways, where this can be said (a socket bound
   * to a device on Linux).
   */
  readonly segmentBytes?: number | null;
  /** Is told how long the other end took to answer to the connecting, in ms; the rest follows. */
  readonly connected?: (tookMs: number) => void;
  /** Who gives the addresses of the host; else the system. */
  readonly resolve?: Resolve;
  /** Plain now, to be secured by this end as the one that shows the certificate (`AcceptedTls`). */
  readonly isToAcceptTls?: boolean;
  /** What its descriptor is for, `dial` when nothing is said: it is waited for. */
  readonly use?: DescriptorUse;
}

/** The next address is tried when the one before has not answered for so long (RFC 8305). */
const STAGGER_MS = 250;

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
  const addresses = await reachableAddresses(target.host, via, options.resolve);
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
      const stagger = pauseFor(STAGGER_MS, signal);
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
    closeLosers(attempts, winner);
    losers.abort();
  }
}

function nullIfAllFailed(error: unknown): null {
  if (!(error instanceof AggregateError)) throw error;
  return null;
}

async function dialAddress(
  resolved: ResolvedAddress,
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  let settled: (() => void) | null = null;
  try {
    settled = await descriptors().claim(options.use ?? "dial", options.signal);
    const conn = await dialDirectly(resolved, port, via, options);
    // What is secured has its tunnel already, beneath.
    const { tunnel, tls, signal } = options;
    return tunnel === undefined || tls !== undefined
      ? conn
      : await tunnelConn(conn, tunnel, signal);
  } catch (error) {
    throw toConnFailed(error, actionTo(resolved, port));
  } finally {
    settled?.();
  }
}

function actionTo({ address }: ResolvedAddress, port: number): string {
  return `connect to ${address} port ${port}`;
}

async function dialDirectly(
  resolved: ResolvedAddress,
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  if (via.kind === "any" && options.tls === undefined && options.isToAcceptTls !== true) {
    return await dialDeno(resolved.address, port, options);
  }
  if (via.kind === "device" && deviceBinding().kind === "available") {
    const { device } = via;
    return await dialAroundRoute({
      route: () => deviceRoute(device, resolved.address, resolved.family),
      dial: (signal) =>
        dialByDevice({ device, resolved, port, segmentBytes: options.segmentBytes ?? null }, {
          ...options,
          signal,
        }).catch((error) => {
          throw toConnFailed(error, actionTo(resolved, port));
        }),
      signal: options.signal,
    });
  }
  return await dialNode(resolved, port, via, options);
}

/** Secures a socket, through the proxy that it leads to where that is wanted. */
async function secure(
  socket: Socket,
  tls: PinnedServer,
  { signal, tunnel }: DialOptions,
): Promise<ByteConn> {
  if (tunnel !== undefined) await tunnelSocket(socket, tunnel, signal);
  return await secureAsClient(socket, tls, signal);
}

async function dialDeno(
  hostname: string,
  port: number,
  { signal, keepAlive: asked }: DialOptions,
): Promise<ByteConn> {
  const likely = nextDescriptor();
  const conn = await Deno.connect({ hostname, port, signal });
  conn.setNoDelay(true);
  conn.setKeepAlive(true);
  const ends = [addressOf(conn.localAddr), addressOf(conn.remoteAddr)] as const;
  if (asked === undefined || likely === null) {
    prepareLinkBetween(...ends, likely);
    return new DenoConn(conn);
  }
  const socket = findConnection(...ends, { likely });
  if (socket === null) return new DenoConn(conn);
  prepareApplication(socket, asked);
  return new DenoConn(conn, { keepAlive: asked, socket });
}

async function dialByDevice(
  target: DeviceTarget,
  options: DialOptions,
): Promise<ByteConn> {
  const { signal, tls } = options;
  if (tls !== undefined) return await dialTlsByDevice(target, { ...options, tls });
  const { conn, ends } = await connectByDevice(target, signal);
  conn.setNoDelay(true);
  conn.setKeepAlive(true);
  return new DenoConn(conn, { ends });
}

async function dialTlsByDevice(
  target: DeviceTarget,
  options: DialOptions & { readonly tls: PinnedServer },
): Promise<ByteConn> {
  const { signal, tls } = options;
  const beganAt = monotonicMs();
  const socket = await nodeSocketByDevice(target, signal);
  if (!(socket instanceof BegunSocket)) options.connected?.(monotonicMs() - beganAt);
  try {
    return await secure(socket, tls, options);
  } catch (error) {
    // On one that had only begun to connect, the handshake hears that it ended, and not why: that
    // is asked without it.
    if (!(socket instanceof BegunSocket) || socket.answer !== "none" || signal.aborted) throw error;
    const { conn } = await connectByDevice(target, signal);
    conn.close(); // somebody answers by now
    throw error;
  }
}

async function dialNode(
  resolved: ResolvedAddress,
  port: number,
  via: Via,
  options: DialOptions,
): Promise<ByteConn> {
  const { signal, tls, isToAcceptTls = false } = options;
  const inlet = new PlainInlet();
  // Without allowHalfOpen, node:net ends the output as soon as the peer ends its own.
  const manner = { allowHalfOpen: true };
  const isPlain = tls === undefined && !isToAcceptTls;
  const socket = new Socket(isPlain ? { ...manner, onread: inlet } : manner);
  const local = localAddress(via, resolved.family);
  const target: NetConnectOpts = { host: resolved.address, port, family: resolved.family };
  if (local !== undefined) target.localAddress = local;
  const beganAt = monotonicMs();
  const likely = nextDescriptor();
  await settled(socket, "connect", signal, () => socket.connect(target));
  options.connected?.(monotonicMs() - beganAt);
  const { localAddress: from = "", localPort = 0, remoteAddress = "", remotePort = 0 } = socket;
  const ends = [formatAddress(from, localPort), formatAddress(remoteAddress, remotePort)] as const;
  prepareLinkBetween(...ends, likely);
  if (tls !== undefined) return await secure(socket, tls, options);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, LINK_KEEP_ALIVE_MS);
  return isToAcceptTls ? new RawConn(socket) : new PlainNodeConn(socket, inlet);
}

function localAddress(via: Via, family: 4 | 6): string | undefined {
  switch (via.kind) {
    case "any":
      return undefined;
    case "address":
      return via.address;
    case "device":
      return via.addresses.find((address) => familyOf(address) === family);
  }
}
