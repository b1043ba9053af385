import {
  MAX_SOCKS5_BYTES,
  readSocks5Greeting,
  readSocks5Request,
  socks5Method,
  socks5Reply,
} from "../core/proxy/socks5.ts";
import type { ByteConn } from "../net/byte_conn.ts";
import { type Negotiate, ProxyRefusal, type ProxyRequest, RequestBytes } from "./proxy_request.ts";

const NOTHING = new Uint8Array(0);

/** SOCKS5 up to its request (RFC 1928). */
export const negotiateSocks5: Negotiate = async (
  conn: ByteConn,
): Promise<ProxyRequest | null> => {
  const bytes = new RequestBytes(conn, MAX_SOCKS5_BYTES);
  return await greet(conn, bytes) ? await readRequest(bytes) : null;
};

async function greet(conn: ByteConn, bytes: RequestBytes): Promise<boolean> {
  while (await bytes.more()) {
    const greeting = readSocks5Greeting(bytes.all);
    if (greeting.kind === "incomplete") continue;
    if (greeting.kind === "malformed") throw new ProxyRefusal(greeting.reason, NOTHING);
    const method = socks5Method(greeting.isAcceptable);
    if (!greeting.isAcceptable) throw new ProxyRefusal("it insists on a password", method);
    bytes.take(greeting.bytes);
    await conn.write(method);
    return true;
  }
  return false;
}

async function readRequest(bytes: RequestBytes): Promise<ProxyRequest | null> {
  let request = readSocks5Request(bytes.all);
  while (request.kind === "incomplete") {
    if (!await bytes.more()) return null;
    request = readSocks5Request(bytes.all);
  }
  if (request.kind === "malformed") {
    throw new ProxyRefusal(request.reason, socks5Reply(request.reply));
  }
  if (request.command !== "connect") {
    const reason = `${request.command} is not offered`;
    throw new ProxyRefusal(reason, socks5Reply("unknownCommand"));
  }
  return {
    target: { kind: "destination", host: request.host, port: request.port },
    site: null,
    rest: bytes.all.slice(request.bytes),
    answer: socks5Reply,
  };
}
