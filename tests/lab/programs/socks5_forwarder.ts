/**
 * `socks5_forwarder.ts PORT PROXY_PORT HOST:PORT`: lets programs that know nothing of SOCKS5 send
 * datagrams through it. Each that sends to PORT on loopback gets an association of its own with the
 * proxy on PROXY_PORT, by which its datagrams go to HOST:PORT. Says `ready` when it listens, and the
 * address from which each first answer came.
 */
import { readSocks5Datagram, socks5DatagramHead } from "../../../lib/core/proxy/socks5_datagram.ts";

const LOOPBACK = "127.0.0.1";

interface Association {
  /** Keeps the association alive. */
  readonly conn: Deno.TcpConn;
  readonly socket: Deno.DatagramConn;
  readonly relay: Deno.NetAddr;
}

async function associate(proxyPort: number): Promise<Association> {
  const conn = await Deno.connect({ hostname: LOOPBACK, port: proxyPort });
  await conn.write(new Uint8Array([5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0]));
  const reply = await readExactly(conn, 12);
  if (reply[3] !== 0) throw new Error(`Cannot associate: the proxy says ${reply[3]}`);
  const port = (reply[10] ?? 0) << 8 | (reply[11] ?? 0);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: LOOPBACK, port: 0 });
  return { conn, socket, relay: { transport: "udp", hostname: LOOPBACK, port } };
}

async function readExactly(conn: Deno.TcpConn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count;) {
    const read = await conn.read(bytes.subarray(done));
    if (read === null) throw new Error("Cannot associate: the proxy hung up");
    done += read;
  }
  return bytes;
}

async function bringBack(
  { socket }: Association,
  local: Deno.DatagramConn,
  client: Deno.NetAddr,
): Promise<void> {
  let count = 0;
  for (;;) {
    const [bytes] = await socket.receive();
    const datagram = readSocks5Datagram(bytes);
    if (datagram.kind !== "datagram") throw new Error(`Cannot read an answer: ${datagram.kind}`);
    if (count++ === 0) console.log(`answered by ${datagram.host}:${datagram.port}`);
    await local.send(datagram.payload, client);
  }
}

async function forward(port: number, proxyPort: number, target: string): Promise<void> {
  const colon = target.lastIndexOf(":");
  const head = socks5DatagramHead(target.slice(0, colon), Number(target.slice(colon + 1)));
  const local = Deno.listenDatagram({ transport: "udp", hostname: LOOPBACK, port });
  const associations = new Map<number, Promise<Association>>();
  console.log("ready");
  for (;;) {
    const [payload, from] = await local.receive();
    if (from.transport !== "udp") continue;
    const known = associations.get(from.port) ?? associate(proxyPort);
    const isNew = !associations.has(from.port);
    associations.set(from.port, known);
    const association = await known;
    if (isNew) void bringBack(association, local, from);
    await association.socket.send(new Uint8Array([...head, ...payload]), association.relay);
  }
}

if (import.meta.main) {
  const [port = "", proxyPort = "", target = ""] = Deno.args;
  await forward(Number(port), Number(proxyPort), target);
}
