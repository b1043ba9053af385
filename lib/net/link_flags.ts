import { openLibc } from "./libc.ts";

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0x80002;
const SIOCGIFFLAGS = 0x8913n;
const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;
/** `struct ifreq` of Linux: the name, and what is asked for. */
const IFREQ_BYTES = 40;
const NAME_BYTES = 16;

/**
 * Whether an interface is switched on and has a carrier, as the kernel says to whoever may not read
 * /sys; null where it cannot be asked.
 */
export function isLinkRunning(name: string): boolean | null {
  if (Deno.build.os !== "linux") return null;
  const opened = openLibc();
  if (opened.kind !== "available") return null;
  const request = new Uint8Array(IFREQ_BYTES);
  const { written } = new TextEncoder().encodeInto(name, request.subarray(0, NAME_BYTES - 1));
  if (written < name.length) return null;
  const socket = opened.libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) return null;
  try {
    if (opened.libc.ioctl(socket, SIOCGIFFLAGS, request) !== 0) return null;
    const flags = new DataView(request.buffer).getUint16(NAME_BYTES, true);
    return (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0;
  } finally {
    opened.libc.close(socket);
  }
}
