import { openLibc } from "./libc.ts";

/** SIOCGIFMTU, AF_INET, SOCK_DGRAM with SOCK_CLOEXEC, and `struct ifreq`, of Linux. */
const GET_MTU = 0x8921n;
const INET = 2;
const DATAGRAMS = 2 | 0o2000000;
const REQUEST_BYTES = 40;
const NAME_BYTES = 16;

/** How large a packet a network device takes, in bytes; null where the system does not tell. */
export function deviceMtu(device: string): number | null {
  const opened = openLibc();
  if (opened.kind !== "available" || Deno.build.os !== "linux") return null;
  const { libc } = opened;
  const name = new TextEncoder().encode(device);
  if (name.length >= NAME_BYTES) return null;
  const fd = libc.socket(INET, DATAGRAMS, 0);
  if (fd < 0) return null;
  const request = new Uint8Array(REQUEST_BYTES);
  request.set(name);
  const failed = libc.ioctl(fd, GET_MTU, request) !== 0;
  libc.close(fd);
  return failed ? null : new DataView(request.buffer).getInt32(NAME_BYTES, true);
}
