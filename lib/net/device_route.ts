/**
 * Whether a device has a route to somewhere.
 *
 * Theory of operation. A socket that is bound to a device without a route is no error for Linux:
 * the destination counts as a neighbour, and packets wait for its hardware address. Neither connect
 * nor the usual question (`ip route get`) shows that. The kernel is asked over netlink for the entry
 * of its tables that fits (RTM_F_FIB_MATCH, since Linux 4.13), which also knows about rules and further
 * tables; there is none where it would only guess.
 */
import { openLibc } from "./libc.ts";
import {
  askAboutRoute,
  HEADER_BYTES,
  NLMSG_ERROR,
  routeQuestion,
  RTM_NEWROUTE,
} from "./route_question.ts";

const RTM_F_FIB_MATCH = 0x2000;
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
  const number = libc.if_nametoindex(new TextEncoder().encode(`${device}\0`));
  if (number === 0) return "unknown";
  const question = routeQuestion({ address, family, device: number, flags: RTM_F_FIB_MATCH });
  const answer = askAboutRoute(libc, question);
  return answer === null ? "unknown" : readAnswer(answer);
}

function readAnswer(answer: DataView): DeviceRoute {
  const type = answer.getUint16(4, true);
  if (type === RTM_NEWROUTE) return "there";
  if (type !== NLMSG_ERROR || answer.byteLength < HEADER_BYTES + 4) return "unknown";
  const error = -answer.getInt32(HEADER_BYTES, true);
  return error === ENETUNREACH || error === EHOSTUNREACH ? "none" : "unknown";
}
