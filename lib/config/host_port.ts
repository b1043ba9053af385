/** A host, name or address in numbers without brackets, and a TCP port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, `[::1]:PORT`, or `:PORT` for all addresses.
 *
 * @throws {TypeError} the text is none of these; the message completes "…: "
 */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text.trim());
  if (match === null) {
    throw new TypeError(
      `"${text}" is no address: write HOST:PORT, such as 127.0.0.1:22 or [::1]:22`,
    );
  }
  const port = Number(match[3]);
  if (port > 65_535) throw new TypeError(`"${text}" has no valid port: ports go up to 65535`);
  const host = match[1] ?? match[2] ?? "";
  return { host: host === "" ? "::" : host, port };
}

/** The text that `parseHostPort` reads. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
