import { cString, lastErrno, libc, READ_ONLY, READ_WRITE_NONBLOCK } from "./libc.ts";

const TUNSETIFF = 0x400454ca;
const TUNSETCARRIER = 0x400454e2;
const IFF_TAP_NO_PI = 0x1002;
const CLONE_NEWNET = 0x40000000;
const IFREQ_BYTES = 40;
const IFREQ_FLAGS_OFFSET = 16;

/**
 * Makes the Ethernet device `name` in the network namespace that this thread is in. It lives as long
 * as the descriptor that comes back, which reads and writes whole frames and never blocks.
 *
 * @throws Error when the machine has no TAP devices or does not let this user make one
 */
export function openTap(name: string): number {
  const fd = libc.open(cString("/dev/net/tun"), READ_WRITE_NONBLOCK);
  if (fd < 0) throw new Error(`Cannot open /dev/net/tun: errno ${lastErrno()}`);
  const request = new Uint8Array(IFREQ_BYTES);
  request.set(new TextEncoder().encode(name).subarray(0, IFREQ_FLAGS_OFFSET - 1));
  new DataView(request.buffer).setUint16(IFREQ_FLAGS_OFFSET, IFF_TAP_NO_PI, true);
  if (libc.ioctl(fd, TUNSETIFF, request) < 0) {
    const errno = lastErrno();
    libc.close(fd);
    throw new Error(`Cannot make the TAP device ${name}: errno ${errno}`);
  }
  return fd;
}

/** Pulls (`false`) or plugs (`true`) the cable of a TAP device: its host sees the carrier change. */
export function setCarrier(fd: number, isOn: boolean): void {
  if (libc.ioctl(fd, TUNSETCARRIER, new Uint8Array(new Uint32Array([isOn ? 1 : 0]).buffer)) < 0) {
    throw new Error(`Cannot set the carrier: errno ${lastErrno()}`);
  }
}

/** Moves this thread into the network namespace of another process. */
export function enterNetworkOf(pid: number): void {
  const fd = libc.open(cString(`/proc/${pid}/ns/net`), READ_ONLY);
  if (fd < 0) throw new Error(`Cannot open the namespace of ${pid}: errno ${lastErrno()}`);
  const result = libc.setns(fd, CLONE_NEWNET);
  const errno = lastErrno();
  libc.close(fd);
  if (result < 0) throw new Error(`Cannot enter the namespace of ${pid}: errno ${errno}`);
}
