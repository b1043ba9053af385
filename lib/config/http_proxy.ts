import { shownValue } from "./shown_value.ts";

/** An HTTP proxy that links go through. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** For `Proxy-Authorization` (Basic, RFC 7617), a secret; null: none. */
  readonly authorization: string | null;
}

/** `environment`: the one that `HTTPS_PROXY` names when CNAPT starts, if it names one. */
export type ProxyChoice = HttpProxy | "environment";

const DEFAULT_PORT = 80;

/**
 * Reads `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`; its messages never quote a password.
 *
 * @throws {TypeError} it is no such address
 */
export function parseHttpProxy(text: string): HttpProxy {
  const shown = shownValue(text.replace(/^.*@/, "***@"));
  if (!URL.canParse(text)) {
    throw new TypeError(`${shown} is no proxy: write http://HOST:PORT`);
  }
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  if (protocol !== "http:") {
    throw new TypeError(`${shown} is no HTTP proxy: write http://HOST:PORT`);
  }
  if (hostname === "" || !["", "/"].includes(pathname)) {
    throw new TypeError(`${shown} is no proxy: write http://HOST:PORT and nothing behind it`);
  }
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? DEFAULT_PORT : Number(port),
    authorization: username === "" && password === "" ? null : basic(username, password),
  };
}

/** @throws {TypeError} it is neither an address nor `environment` */
export function parseProxyChoice(value: unknown): ProxyChoice {
  if (value === "environment") return value;
  if (typeof value === "string") return parseHttpProxy(value);
  throw new TypeError(`${shownValue(value)} is no proxy: write http://HOST:PORT, or environment`);
}

function basic(username: string, password: string): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${new TextEncoder().encode(pair).toBase64()}`;
}
