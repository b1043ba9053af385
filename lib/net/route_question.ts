/**
 * Questions to Linux about its routes, over netlink (rtnetlink(7)). Nothing is sent anywhere, and a
 * program that has given up the right to read /proc may ask all the same.
 */
import type { Libc } from "./libc.ts";
import { socketAddress } from "./socket_address.ts";

const AF_NETLINK = 16;
/** SOCK_RAW with SOCK_CLOEXEC. */
const SOCK_RAW_CLOEXEC = 0x80003;
const NETLINK_ROUTE = 0;
const MSG_DONTWAIT = 0x40;

/** What kind an answer is. */
export const NLMSG_ERROR = 2;
export const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const NLM_F_REQUEST = 1;

/** The attributes of a route. */
export const RTA_DST = 1;
export const RTA_OIF = 4;
export const RTA_GATEWAY = 5;
export const RTA_PREFSRC = 7;

/** `struct nlmsghdr`, `struct rtmsg`, and the header of an attribute. */
export const HEADER_BYTES = 16;
export const ROUTE_BYTES = 12;
export const ATTRIBUTE_BYTES = 4;

/** What is asked beside the destination. */
interface RouteQuestion {
  readonly address: string;
  readonly family: 4 | 6;
  /** The number of the device that it has to lead by; by any if it is left out. */
  readonly device?: number;
  /** `RTM_F_…` */
  readonly flags?: number;
}

/** The question for the way to an address. */
export function routeQuestion(
  { address, family, device, flags = 0 }: RouteQuestion,
): Uint8Array<ArrayBuffer> {
  const sockaddr = socketAddress(address, family, 0);
  const destination = family === 4 ? sockaddr.subarray(4, 8) : sockaddr.subarray(8, 24);
  const destinationAt = HEADER_BYTES + ROUTE_BYTES;
  const deviceAt = destinationAt + ATTRIBUTE_BYTES + destination.length;
  const bytes = new Uint8Array(device === undefined ? deviceAt : deviceAt + ATTRIBUTE_BYTES + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, RTM_GETROUTE, true);
  view.setUint16(6, NLM_F_REQUEST, true);
  view.setUint8(HEADER_BYTES, family === 4 ? 2 : 10);
  view.setUint8(HEADER_BYTES + 1, destination.length * 8);
  view.setUint32(HEADER_BYTES + 8, flags, true);
  view.setUint16(destinationAt, ATTRIBUTE_BYTES + destination.length, true);
  view.setUint16(destinationAt + 2, RTA_DST, true);
  bytes.set(destination, destinationAt + ATTRIBUTE_BYTES);
  if (device === undefined) return bytes;
  view.setUint16(deviceAt, ATTRIBUTE_BYTES + 4, true);
  view.setUint16(deviceAt + 2, RTA_OIF, true);
  view.setUint32(deviceAt + ATTRIBUTE_BYTES, device, true);
  return bytes;
}

/** The kernel answers before the question has returned. Null: it cannot be asked. */
export function askAboutRoute(libc: Libc, question: Uint8Array<ArrayBuffer>): DataView | null {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return null;
  try {
    if (Number(libc.sendto(fd, question, BigInt(question.length), 0, null, 0)) < 0) return null;
    const answer = new Uint8Array(4_096);
    const size = BigInt(answer.length);
    const count = Number(libc.recvfrom(fd, answer, size, MSG_DONTWAIT, null, null));
    return count < HEADER_BYTES ? null : new DataView(answer.buffer, 0, count);
  } finally {
    libc.close(fd);
  }
}
