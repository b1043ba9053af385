import { visitDescriptors } from "../../lib/net/descriptor_limit.ts";
import { type Libc, openLibc } from "../../lib/net/libc.ts";
import { assert } from "../assert.ts";

/** Of Linux. */
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ACCEPTCONN = 30;
const SO_DOMAIN = 39;
const SOCK_STREAM = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const MOST = 65_536;

/** How many descriptors of this process are what. */
export interface OpenDescriptors {
  /** TCP connections, or what is to become one. */
  readonly connections: number;
  /** TCP sockets that listen. */
  readonly listening: number;
  readonly others: number;
}

/** Counts without opening any: what runs another program to count has its pipes among them. */
export function openDescriptors(): OpenDescriptors {
  const opened = openLibc();
  assert(opened.kind === "available");
  const { libc } = opened;
  const counts = { connections: 0, listening: 0, others: 0 };
  assert(visitDescriptors(libc, MOST, (fd) => counts[kindOf(libc, fd)]++));
  return counts;
}

function kindOf(libc: Libc, fd: number): keyof OpenDescriptors {
  const domain = optionOf(libc, fd, SO_DOMAIN);
  const isTcp = (domain === AF_INET || domain === AF_INET6) &&
    optionOf(libc, fd, SO_TYPE) === SOCK_STREAM;
  if (!isTcp) return "others";
  return optionOf(libc, fd, SO_ACCEPTCONN) === 1 ? "listening" : "connections";
}

/** Null: it is no socket. */
function optionOf(libc: Libc, fd: number, name: number): number | null {
  const value = new Int32Array(1);
  const bytes = new Uint8Array(value.buffer);
  const length = new Uint8Array(new Uint32Array([bytes.length]).buffer);
  return libc.getsockopt(fd, SOL_SOCKET, name, bytes, length) === 0 ? value[0] ?? null : null;
}
