/**
 * The router that this machine reaches the Internet by.
 *
 * Theory of operation. Linux is asked over netlink for the way to an address of the Internet, as a
 * packet there would go (nothing is sent): the answer has the router, the device and the address
 * that packets are sent from. /proc has routes too, but a program that has given up rights may not
 * read it.
 */
import { openLibc } from "./libc.ts";
import {
  askAboutRoute,
  ATTRIBUTE_BYTES,
  HEADER_BYTES,
  ROUTE_BYTES,
  routeQuestion,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PREFSRC,
  RTM_NEWROUTE,
} from "./route_question.ts";
import { hostOf, readSocketAddress } from "./socket_address.ts";

/** Of the Internet, and nobody's: what anycast to 6to4 relays was (RFC 7526), and the first of all. */
const FAR: Readonly<Record<4 | 6, string>> = { 4: "192.88.99.1", 6: "2000::1" };

/** A router, and the address of this machine from which it is asked. In numbers, without a zone. */
export interface DefaultRouter {
  readonly router: string;
  readonly own: string;
  /** The number of the device that leads to it. */
  readonly device: number;
}

/** `direct`: the default route leads to no router, as into a tunnel. `unknown`: nobody can tell. */
export type RouterAnswer = DefaultRouter | "none" | "direct" | "unknown";

/** The router of a family, at this moment. */
export function defaultRouter(family: 4 | 6): RouterAnswer {
  if (Deno.build.os !== "linux") return "unknown";
  const opened = openLibc();
  if (opened.kind !== "available") return "unknown";
  const answer = askAboutRoute(opened.libc, routeQuestion({ address: FAR[family], family }));
  return answer === null ? "unknown" : readRouterAnswer(answer, family);
}

/** Reads the kernel's answer about the way to an address of the Internet. */
export function readRouterAnswer(answer: DataView, family: 4 | 6): RouterAnswer {
  if (answer.getUint16(4, true) !== RTM_NEWROUTE) return "none";
  const end = Math.min(answer.getUint32(0, true), answer.byteLength);
  const found = new Map<number, DataView>();
  for (let at = HEADER_BYTES + ROUTE_BYTES; at + ATTRIBUTE_BYTES <= end;) {
    const length = answer.getUint16(at, true);
    if (length < ATTRIBUTE_BYTES || at + length > end) break;
    const value = new DataView(
      answer.buffer,
      answer.byteOffset + at + ATTRIBUTE_BYTES,
      length - ATTRIBUTE_BYTES,
    );
    found.set(answer.getUint16(at + 2, true), value);
    at += Math.ceil(length / 4) * 4;
  }
  const router = addressIn(found.get(RTA_GATEWAY), family);
  const own = addressIn(found.get(RTA_PREFSRC), family);
  const device = found.get(RTA_OIF)?.getUint32(0, true) ?? 0;
  if (router === null) return "direct";
  return own === null ? "unknown" : { router, own, device };
}

function addressIn(value: DataView | undefined, family: 4 | 6): string | null {
  const length = family === 4 ? 4 : 16;
  if (value === undefined || value.byteLength !== length) return null;
  const bytes = new Uint8Array(family === 4 ? 16 : 28);
  const at = family === 4 ? 4 : 8;
  bytes.set(new Uint8Array(value.buffer, value.byteOffset, length), at);
  return hostOf(readSocketAddress(bytes));
}
