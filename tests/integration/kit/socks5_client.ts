import { readSocks5Datagram, socks5DatagramHead } from "../../../lib/core/proxy/socks5_datagram.ts";
import { assertEquals } from "../../assert.ts";
import { readExactly, writeAll } from "./server_application.ts";
import { UdpPeer } from "./udp_peer.ts";

/** An application that has its datagrams relayed by a SOCKS5 proxy on loopback. */
export class Socks5Client implements AsyncDisposable {
  readonly relayPort: number;
  /** Sends and gets datagrams with their heads. */
  readonly peer: UdpPeer;
  readonly #conn: Deno.TcpConn;

  private constructor(conn: Deno.TcpConn, peer: UdpPeer, relayPort: number) {
    this.#conn = conn;
    this.peer = peer;
    this.relayPort = relayPort;
  }

  /** `said`: the port from which it says that it will send. */
  static async associate(proxyPort: number, said = 0): Promise<Socks5Client> {
    const { conn, reply } = await requestAssociation(proxyPort, said);
    assertEquals([...reply.subarray(0, 8)], [5, 0, 0, 1, 127, 0, 0, 1]);
    const relayPort = (reply[8] ?? 0) << 8 | (reply[9] ?? 0);
    return new Socks5Client(conn, new UdpPeer(), relayPort);
  }

  send(payload: string, host: string, port: number): void {
    const bytes = new TextEncoder().encode(payload);
    this.sendRaw(new Uint8Array([...socks5DatagramHead(host, port), ...bytes]));
  }

  sendRaw(bytes: Uint8Array): void {
    this.peer.send(bytes, this.relayPort);
  }

  /** What came, each as `payload from host:port`; IPv6 without brackets. */
  get got(): readonly string[] {
    return this.peer.bytes.map((bytes) => {
      const datagram = readSocks5Datagram(bytes);
      if (datagram.kind !== "datagram") return datagram.kind;
      const { host, port, payload } = datagram;
      return `${new TextDecoder().decode(payload)} from ${host}:${port}`;
    });
  }

  /** Ends the connection on which the relay was asked for. */
  hangUp(): void {
    this.#conn.close();
  }

  /** Resolves when CNAPT ended the connection. */
  async hungUp(): Promise<void> {
    await this.#conn.read(new Uint8Array(1)).catch(() => null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#conn.close();
    } catch {
      // It has hung up already.
    }
    await this.peer[Symbol.asyncDispose]();
  }
}

/** Asks for a relay and returns the reply of ten bytes. */
export async function requestAssociation(
  proxyPort: number,
  said = 0,
): Promise<{ conn: Deno.TcpConn; reply: Uint8Array }> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxyPort });
  await writeAll(conn, new Uint8Array([5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, said >> 8, said & 0xff]));
  assertEquals(await readExactly(conn, 2), new Uint8Array([5, 0]));
  return { conn, reply: await readExactly(conn, 10) };
}
