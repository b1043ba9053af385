import type { FoundSocket } from "./socket_table.ts";

/** SIOCOUTQ of Linux. */
const OUTPUT_QUEUE = 0x5411n;

/**
 * How many bytes, FIN counted as one, Linux keeps for a TCP connection because the other end has
 * not confirmed them.
 */
export function sendQueueBytes({ libc, fd }: FoundSocket): number {
  const bytes = new Int32Array(1);
  const failed = libc.ioctl(fd, OUTPUT_QUEUE, new Uint8Array(bytes.buffer)) !== 0;
  return failed ? 0 : Math.max(0, bytes[0] ?? 0);
}
