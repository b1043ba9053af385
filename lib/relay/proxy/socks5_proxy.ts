import {
  MAX_SOCKS5_BYTES,
  readSocks5Greeting,
  readSocks5Request,
  socks5Method,
  socks5Reply,
} from "../../core/proxy/socks5.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import {
  type AssociateRequest,
  type Negotiate,
  ProxyRefusal,
  type ProxyRequest,
  RequestBytes,
} from "./proxy_request.ts";

const NOTHING = new Uint8Array(0);

/** SOCKS5 up to its request (RFC 1928). */
export const negotiateSocks5: Negotiate = async (
  conn: ByteConn,
): Promise<ProxyRequest | AssociateRequest | null> => {
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

async function readRequest(
  bytes: RequestBytes,
): Promise<ProxyRequest | AssociateRequest | null> {
  let request = readSocks5Request(bytes.all);
  while (request.kind === "incomplete") {
    if (!await bytes.more()) return null;
    request = readSocks5Request(bytes.all);
  }
  if (request.kind === "malformed") {
    throw new ProxyRefusal(request.reason, socks5Reply(request.reply));
  }
  const { host, port } = request;
  switch (request.command) {
    case "connect": {
      const rest = bytes.all.slice(request.bytes);
      const target = { kind: "destination", host, port } as const;
      return { kind: "open", target, site: null, rest, answer: (outcome) => socks5Reply(outcome) };
    }
    case "associate":
      return { kind: "associate", host, port, answer: socks5Reply };
    case "bind":
      throw new ProxyRefusal("BIND is not offered", socks5Reply("unknownCommand"));
    default:
      return unreachable(request.command);
  }
}
