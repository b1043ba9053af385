/**
 * The UDP relay of SOCKS5 for one application (RFC 1928, section 7).
 *
 * Theory of operation. The application asked for it on a connection, which from then on says only
 * that it is still there: when it ends, so does the relay. The relay has a socket of its own, on the
 * address at which the application reached the proxy, and hears only the host of the application,
 * and of that only the port which it named or from which the first datagram came. Each destination
 * that it sends to gets a flow of its own. What SNAPT has refused once is not asked again for a
 * while.
 */
import { readSocks5Datagram, socks5DatagramHead } from "../../core/proxy/socks5_datagram.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { type DatagramSocket, listenDatagrams } from "../../net/datagram_socket.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { hostOf, plainHost } from "../../net/socket_address.ts";
import type { CnaptFlow } from "../datagram/cnapt_flow.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { AssociateRequest, HostAndPort } from "./proxy_request.ts";
import { takeSocketRoom } from "../datagram/socket_room.ts";

/** For so long datagrams to a destination that SNAPT does not allow are dropped here. */
const REFUSED_MS = 10_000;
const MAX_REFUSED = 256;
const MAX_DATAGRAM_BYTES = 65_535;
/** A datagram for an application is put together here, and sent before anything else happens. */
const outgoing = new Uint8Array(MAX_DATAGRAM_BYTES);

export class UdpAssociation {
  readonly #conn: ByteConn;
  readonly #flows: CnaptFlows;
  readonly #socket: DatagramSocket;
  readonly #clientHost: string;
  /** Its port; 0 as long as it is not known. */
  #clientPort: number;
  #client: Endpoint | null = null;
  readonly #byDestination = new Map<string, CnaptFlow>();
  readonly #refusedUntil = new Map<string, number>();

  /** @throws {ListenFailed | ConnFailed} there is no socket to be had */
  constructor(conn: ByteConn, asked: AssociateRequest, flows: CnaptFlows) {
    this.#conn = conn;
    this.#flows = flows;
    this.#clientHost = plainHost(hostOf(conn.remoteAddress));
    this.#clientPort = portSaid(asked, this.#clientHost);
    const handler = guardedHandler<Endpoint, Endpoint>(flows.tasks, {
      received: (bytes, from) => this.#received(bytes, from),
      notSent: (why) => flows.drops.add(why === "tooBig" ? "tooBig" : "sendFailed"),
    });
    const host = plainHost(hostOf(conn.localAddress));
    takeSocketRoom(conn.remoteAddress, "application");
    this.#socket = listenDatagrams({ host, port: 0 }, handler);
  }

  /** Where the application is to send to. */
  get relay(): HostAndPort {
    return { host: this.#socket.host, port: this.#socket.port };
  }
  get flowCount(): number {
    return this.#byDestination.size;
  }

  /** Ends the application's connection too. */
  async close(): Promise<void> {
    this.#conn.close();
    for (const flow of [...this.#byDestination.values()]) this.#flows.close(flow);
    await this.#socket.close();
  }

  /** Resolves when the application's connection has ended, however. */
  async untilEnded(): Promise<void> {
    try {
      while (await this.#conn.readNext() !== null); // nothing more is to be said on it
    } catch (error) {
      passOnOurs(error);
    }
  }

  #received(bytes: Uint8Array, from: Endpoint): void {
    if (!this.#isClient(from)) return this.#flows.drops.add("stranger");
    const datagram = readSocks5Datagram(bytes);
    if (datagram.kind !== "datagram") return this.#flows.drops.add(datagram.kind);
    const { host, port, payload } = datagram;
    const key = `${port} ${host}`;
    const flow = this.#byDestination.get(key) ?? this.#open(key, { host, port }, from);
    if (flow !== null) this.#flows.send(flow, payload);
  }

  /** Whether it comes from the application; the first one says which port that has. */
  #isClient(from: Endpoint): boolean {
    if (this.#client !== null) return from.key === this.#client.key;
    if (plainHost(from.host) !== this.#clientHost) return false;
    if (this.#clientPort !== 0 && from.port !== this.#clientPort) return false;
    this.#client = from;
    return true;
  }

  #open(key: string, { host, port }: HostAndPort, from: Endpoint): CnaptFlow | null {
    const now = this.#flows.tasks.now();
    if (now < (this.#refusedUntil.get(key) ?? -Infinity)) {
      this.#flows.drops.add("notAllowed");
      return null;
    }
    let head = new Uint8Array(0);
    let headOf: Endpoint | null = null;
    const flow = this.#flows.open({ kind: "destination", host, port }, from.key, {
      deliver: (payload, origin) => {
        if (origin !== headOf && origin !== null) {
          head = socks5DatagramHead(origin.host, origin.port);
          headOf = origin;
        }
        this.#deliver(head, payload, from);
      },
      flowEnded: (refusal) => {
        this.#byDestination.delete(key);
        if (refusal === "notAllowed") this.#refused(key);
      },
    });
    if (flow !== null) this.#byDestination.set(key, flow);
    return flow;
  }

  #deliver(head: Uint8Array, payload: Uint8Array, to: Endpoint): void {
    const length = head.length + payload.length;
    if (length > outgoing.length) return this.#flows.drops.add("tooBig");
    outgoing.set(head);
    outgoing.set(payload, head.length);
    this.#socket.send(outgoing.subarray(0, length), to);
  }

  #refused(key: string): void {
    this.#refusedUntil.delete(key);
    const [oldest] = this.#refusedUntil.keys();
    if (this.#refusedUntil.size >= MAX_REFUSED && oldest !== undefined) {
      this.#refusedUntil.delete(oldest);
    }
    this.#refusedUntil.set(key, this.#flows.tasks.now() + REFUSED_MS);
  }
}

/**
 * The port from which the application says that it will send. One that names another host than the
 * one it comes from (behind a NAT it knows no better) knows nothing of the port either.
 */
function portSaid({ host, port }: AssociateRequest, clientHost: string): number {
  const said = plainHost(host);
  const isUnspecified = said === "0.0.0.0" || said === plainHost("::");
  return isUnspecified || said === clientHost ? port : 0;
}
