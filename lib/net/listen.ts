import { derOf } from "../config/pem.ts";
import { DEFAULT_KEEP_ALIVE, prepareApplication } from "./application_socket.ts";
import type { ByteConn } from "./byte_conn.ts";
import { DenoConn, type KnownOfConn } from "./deno_conn.ts";
import { descriptors, type DescriptorUse, NO_DESCRIPTOR } from "./descriptor_budget.ts";
import { prepareLink } from "./link_socket.ts";
import { formatAddress } from "./socket_address.ts";
import { findListener } from "./socket_table.ts";

/** `exhausted`: the system has no descriptor left; a moment later it may have one. */
export type ListenFailure =
  | "taken"
  | "notPermitted"
  | "noSuchAddress"
  | "certificate"
  | "exhausted"
  | "other";

/** A port on which nothing can be listened; the message says why and what to do. */
export class ListenFailed extends Error {
  override readonly name = "ListenFailed";
  readonly code: ListenFailure;

  constructor(code: ListenFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A server socket. `accept` never fails: what goes wrong with one client concerns only it. It
 * accepts nothing that there are no descriptors for; whoever comes waits with the system until then.
 */
export interface ByteListener {
  readonly address: string;
  readonly port: number;
  /** `address:port`, or `unix:path`. */
  readonly name: string;
  /** The next connection; null after `close`. */
  accept(): Promise<ByteConn | null>;
  close(): void;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The setting that says so, for the message when it cannot be. */
  readonly setting?: string | undefined;
}

/** When the system has no descriptors left, waiting a little is all that helps. */
const FAILED_PAUSE_MS = 50;

/** So many wait with the system to be accepted; it may have a bound of its own. */
const BACKLOG = 4_096;

const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const ON = new Uint8Array(new Int32Array([1]).buffer);

/** @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine */
export function listenPlain(
  address: ListenAddress,
  use: DescriptorUse = "application",
): ByteListener {
  const listener = open(address, use, () => Deno.listen(optionsOf(address)));
  const found = findListener(listener.name);
  // What it accepts inherits it.
  if (found !== null && use === "application") prepareApplication(found, DEFAULT_KEEP_ALIVE);
  else if (found !== null) prepareLink(found);
  return listener;
}

/** The TLS handshake of an accepted connection is completed by its `handshake`. */
export function listenTls(
  address: ListenAddress,
  identity: { readonly cert: string; readonly key: string },
): ByteListener {
  const listener = open(
    address,
    "link",
    () => Deno.listenTls({ ...optionsOf(address), ...identity }),
    derOf(identity.cert),
  );
  // Deno has no way to set this on an accepted TLS connection; it inherits it from the listener.
  const found = findListener(formatAddress(listener.address, listener.port));
  found?.libc.setsockopt(found.fd, IPPROTO_TCP, TCP_NODELAY, ON, ON.length);
  if (found !== null) prepareLink(found);
  return listener;
}

function optionsOf({ host, port }: ListenAddress): Deno.TcpListenOptions & { port: number } {
  return { hostname: host, port, tcpBacklog: BACKLOG };
}

function open(
  address: ListenAddress,
  use: DescriptorUse,
  listen: () => Deno.Listener<Deno.TcpConn | Deno.TlsConn>,
  certificate: Uint8Array | null = null,
): ByteListener {
  try {
    return new DenoListener(listen(), use, certificate);
  } catch (cause) {
    throw toListenFailed(cause, address);
  }
}

/** What Deno listens with. */
export class DenoListener implements ByteListener {
  readonly address: string;
  readonly port: number;
  readonly #listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn | Deno.UnixConn>;
  readonly #use: DescriptorUse;
  readonly #known: KnownOfConn;
  #state: "open" | "closed" = "open";

  /** `certificate` is what TLS connections show, DER. */
  constructor(
    listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn | Deno.UnixConn>,
    use: DescriptorUse,
    certificate: Uint8Array | null = null,
  ) {
    this.#listener = listener;
    this.#use = use;
    this.#known = {
      shownCertificate: certificate,
      ...use === "application" ? { keepAlive: DEFAULT_KEEP_ALIVE } : {},
    };
    const { addr } = listener;
    this.address = "hostname" in addr ? addr.hostname : "";
    this.port = "port" in addr ? addr.port : 0;
  }

  get name(): string {
    return formatAddress(this.address, this.port);
  }

  async accept(): Promise<ByteConn | null> {
    const budget = descriptors();
    const isOpen = () => this.#state === "open";
    while (await budget.whenRoom(this.#use, isOpen)) {
      try {
        const conn = await this.#listener.accept();
        budget.opened();
        if ("setNoDelay" in conn) {
          conn.setNoDelay(true);
          if (this.#use !== "application") conn.setKeepAlive(true);
        }
        return new DenoConn(conn, this.#known);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) break;
        // A client that was gone before it was accepted is nobody's loss; anything else, such
        // as too many open files, passes.
        const isClient = error instanceof Deno.errors.NotConnected ||
          error instanceof Deno.errors.ConnectionAborted;
        if (isClient) continue;
        budget.noteRefusal(error);
        await new Promise((resolve) => setTimeout(resolve, FAILED_PAUSE_MS));
      }
    }
    return null;
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#listener.close();
  }
}

/** Classifies what Deno threw. */
export function toListenFailed(
  cause: unknown,
  { host, port, setting }: ListenAddress,
): ListenFailed {
  const of = setting === undefined ? "" : ` (\`${setting}:\`)`;
  const where = `Cannot listen on ${formatAddress(host, port)}${of}`;
  if (descriptors().noteRefusal(cause)) {
    return new ListenFailed("exhausted", `${where}: ${NO_DESCRIPTOR}`, { cause });
  }
  if (cause instanceof Deno.errors.AddrInUse) {
    return new ListenFailed(
      "taken",
      `${where}: the port is taken; end the program that has it or choose another port`,
      { cause },
    );
  }
  if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
    return new ListenFailed(
      "notPermitted",
      `${where}: an ordinary user is not allowed to use this port; choose a port above 1023`,
      { cause },
    );
  }
  if (cause instanceof Deno.errors.AddrNotAvailable) {
    return new ListenFailed(
      "noSuchAddress",
      `${where}: no interface of this machine has the address`,
      { cause },
    );
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Deno.errors.InvalidData ? "certificate" : "other";
  return new ListenFailed(code, `${where}: ${detail}`, { cause });
}
