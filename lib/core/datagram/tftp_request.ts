/** RFC 2347: a request is no longer, with all its options. */
const MAX_REQUEST_BYTES = 512;
const READ = 1;
const WRITE = 2;
/** RFC 1350; `mail` is obsolete, and a request all the same. */
const MODES: ReadonlySet<string> = new Set(["netascii", "octet", "mail"]);

/**
 * Whether `payload` begins a transfer by TFTP (RFC 1350): opcode, name of a file, mode, each text
 * with a zero byte behind it. A request goes to the port of the service, what follows does not; and
 * programs use one port of theirs for one transfer after the other.
 */
export function isTftpRequest(payload: Uint8Array): boolean {
  if (payload.length > MAX_REQUEST_BYTES || payload[0] !== 0) return false;
  if (payload[1] !== READ && payload[1] !== WRITE) return false;
  const nameEnd = payload.indexOf(0, 2);
  const modeEnd = nameEnd < 0 ? -1 : payload.indexOf(0, nameEnd + 1);
  if (modeEnd < 0) return false;
  const mode = String.fromCharCode(...payload.subarray(nameEnd + 1, modeEnd));
  return MODES.has(mode.toLowerCase());
}
