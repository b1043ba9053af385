/**
 * Whether a device has a route to somewhere.
 *
 * Theory of operation. A socket that is bound to a device without a route is no error for Linux:
 * the destination counts as a neighbour, and packets wait for its hardware address. Neither connect
 * nor the usual question (`ip route get`) shows that. The kernel is asked over netlink for the entry
 * of its tables that fits (RTM_F_FIB_MATCH, since Linux 4.13), which also knows about rules and further
 * tables; there is none where it would only guess.
 */
import { type Libc, openLibc } from "./libc.ts";
import { socketAddress } from "./socket_address.ts";

const AF_NETLINK = 16;
/** SOCK_RAW with SOCK_CLOEXEC. */
const SOCK_RAW_CLOEXEC = 0x80003;
const NETLINK_ROUTE = 0;
const MSG_DONTWAIT = 0x40;

const NLMSG_ERROR = 2;
const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const NLM_F_REQUEST = 1;
const RTM_F_FIB_MATCH = 0x2000;
const RTA_DST = 1;
const RTA_OIF = 4;
/** `struct nlmsghdr`, `struct rtmsg`, and the header of an attribute. */
const HEADER_BYTES = 16;
const ROUTE_BYTES = 12;
const ATTRIBUTE_BYTES = 4;
const ENETUNREACH = 101;
const EHOSTUNREACH = 113;

/** `unknown`: not Linux, no C library to call, no such device, or a kernel that does not say. */
export type DeviceRoute = "there" | "none" | "unknown";

/** Whether packets to `address` that leave by `device` have a route, at this moment. */
export function deviceRoute(device: string, address: string, family: 4 | 6): DeviceRoute {
  if (Deno.build.os !== "linux") return "unknown";
  const opened = openLibc();
  if (opened.kind !== "available") return "unknown";
  const { libc } = opened;
  const index = libc.if_nametoindex(new TextEncoder().encode(`${device}\0`));
  if (index === 0) return "unknown";
  const answer = askAboutRoute(libc, routeQuestion(index, address, family));
  return answer === null ? "unknown" : readAnswer(answer);
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

function routeQuestion(index: number, address: string, family: 4 | 6): Uint8Array<ArrayBuffer> {
  const sockaddr = socketAddress(address, family, 0);
  const destination = family === 4 ? sockaddr.subarray(4, 8) : sockaddr.subarray(8, 24);
  const destinationAt = HEADER_BYTES + ROUTE_BYTES;
  const deviceAt = destinationAt + ATTRIBUTE_BYTES + destination.length;
  const bytes = new Uint8Array(deviceAt + ATTRIBUTE_BYTES + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, RTM_GETROUTE, true);
  view.setUint16(6, NLM_F_REQUEST, true);
  view.setUint8(HEADER_BYTES, family === 4 ? 2 : 10);
  view.setUint8(HEADER_BYTES + 1, destination.length * 8);
  view.setUint32(HEADER_BYTES + 8, RTM_F_FIB_MATCH, true);
  view.setUint16(destinationAt, ATTRIBUTE_BYTES + destination.length, true);
  view.setUint16(destinationAt + 2, RTA_DST, true);
  bytes.set(destination, destinationAt + ATTRIBUTE_BYTES);
  view.setUint16(deviceAt, ATTRIBUTE_BYTES + 4, true);
  view.setUint16(deviceAt + 2, RTA_OIF, true);
  view.setUint32(deviceAt + ATTRIBUTE_BYTES, index, true);
  return bytes;
}

function readAnswer(answer: DataView): DeviceRoute {
  const type = answer.getUint16(4, true);
  if (type === RTM_NEWROUTE) return "there";
  if (type !== NLMSG_ERROR || answer.byteLength < HEADER_BYTES + 4) return "unknown";
  const error = -answer.getInt32(HEADER_BYTES, true);
  return error === ENETUNREACH || error === EHOSTUNREACH ? "none" : "unknown";
}
