/**
 * TLS on a connected socket, at the end that dialled.
 *
 * Theory of operation. Deno's own TLS believes, besides the certificate that it is given, all the
 * roots of its runtime and of the environment, and never says what it was shown. node:tls tells.
 * So links are secured by it: exactly the pinned certificate is accepted, byte for byte, and what
 * was shown is kept for the authentication, which covers it.
 */
import type { Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { derOf } from "../config/pem.ts";
import { ConnFailed } from "./conn_failed.ts";
import { disconnect } from "./disconnect.ts";
import { LINK_KEEP_ALIVE_MS } from "./link_socket.ts";
import { formatAddress } from "./socket_address.ts";
import { settled } from "./socket_settled.ts";
import { TLS_HIGH_WATER_MARK, TlsNodeConn } from "./tls_node_conn.ts";

/** Which certificate is accepted at the other end. */
export interface PinnedServer {
  /**
   * The one, in PEM; null: whichever is shown, which only who pairs may take, because both ends
   * prove it afterwards.
   */
  readonly ca: string | null;
  /** What is asked for, which whoever is on the way reads; null: no name. */
  readonly serverName: string | null;
}

/**
 * Secures `raw`, which is closed when that fails.
 *
 * @throws {ConnFailed} `tls`: the other end showed another certificate or speaks no TLS 1.3
 */
export async function secureAsClient(
  raw: Socket,
  { ca, serverName }: PinnedServer,
  signal: AbortSignal,
): Promise<TlsNodeConn> {
  const manner: ConnectionOptions & { highWaterMark: number } = {
    socket: raw,
    ...ca === null ? {} : { ca: [ca] },
    servername: serverName ?? "",
    // It is the very certificate that counts, not what it is made out to: `shownBy` compares it.
    checkServerIdentity: () => undefined,
    minVersion: "TLSv1.3",
    highWaterMark: TLS_HIGH_WATER_MARK,
    // Said aloud, or NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's shell would end the pinning.
    rejectUnauthorized: ca !== null,
  };
  const { local, remote } = endsOf(raw);
  // What is only closed stays with the system for minutes where its network is gone and it has
  // something to send; and once it is closed nobody finds it any more.
  const drop = () => disconnect(local, remote);
  signal.addEventListener("abort", drop, { once: true });
  try {
    if (signal.aborted) drop();
    signal.throwIfAborted();
    raw.setNoDelay(true);
    raw.setKeepAlive(true, LINK_KEEP_ALIVE_MS);
    const secured = connectTls(manner);
    await settled(secured, "secureConnect", signal);
    return new TlsNodeConn(secured, raw, shownBy(secured, ca));
  } catch (error) {
    raw.destroy();
    throw isOtherCertificate(error) ? otherCertificate(error) : error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/** Of the pinned certificate, node:tls could say these at most. */
const OF_ANY_CERTIFICATE: ReadonlySet<string> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** Whether node:tls did not believe the certificate that was shown. */
function isOtherCertificate(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || OF_ANY_CERTIFICATE.has(code)) return false;
  return /CERT|^UNABLE_TO_/.test(code);
}

function otherCertificate(cause?: unknown): ConnFailed {
  return new ConnFailed(
    "tls",
    "Cannot trust the other end: its certificate is not the one of the ticket; " +
      "it is another SNAPT, or somebody on the way inspects TLS",
    { cause },
  );
}

/** @throws {ConnFailed} it is not the pinned certificate, whoever may have signed it */
function shownBy(secured: TLSSocket, pinnedPem: string | null): Uint8Array {
  const shown: unknown = secured.getPeerCertificate(true).raw;
  if (pinnedPem === null && shown instanceof Uint8Array) return new Uint8Array(shown);
  const pinned = pinnedPem === null ? new Uint8Array(0) : derOf(pinnedPem);
  if (shown instanceof Uint8Array && isSame(shown, pinned)) return pinned;
  secured.destroy();
  throw otherCertificate();
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function endsOf(raw: Socket): { local: string; remote: string } {
  return {
    local: formatAddress(raw.localAddress ?? "", raw.localPort ?? 0),
    remote: formatAddress(raw.remoteAddress ?? "", raw.remotePort ?? 0),
  };
}
