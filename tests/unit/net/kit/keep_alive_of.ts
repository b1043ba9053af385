import { openLibc } from "../../../../lib/net/libc.ts";
import { findConnection } from "../../../../lib/net/socket_table.ts";
import { assert, assertEquals } from "../../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const opened = openLibc();
/** Whether the system can be asked what it was asked for. */
export const CAN_BE_ASKED = Deno.build.os === "linux" && opened.kind === "available";

const SOL_SOCKET = 1;
const SO_KEEPALIVE = 9;
const IPPROTO_TCP = 6;
const [IDLE, INTERVAL, COUNT, USER_TIMEOUT] = [4, 5, 6, 18];

/** How the system is to ask whether the host of a connection lives. */
export interface KeepAliveOf {
  readonly isOn: boolean;
  readonly idleSeconds: number;
  readonly intervalSeconds: number;
  readonly count: number;
  /** After how many ms without an answer it gives up, also on those who only do not read. */
  readonly userTimeout: number;
}

/** What was asked for on the connection with these ends, on Linux. */
export function keepAliveOf(localAddress: string, remoteAddress: string): KeepAliveOf {
  const found = findConnection(localAddress, remoteAddress);
  assert(found !== null);
  const { libc, fd } = found;
  const option = (level: number, name: number) => {
    const value = new Int32Array(1);
    const length = new Uint8Array(new Uint32Array([4]).buffer);
    assertEquals(libc.getsockopt(fd, level, name, new Uint8Array(value.buffer), length), 0);
    return value[0] ?? 0;
  };
  return {
    isOn: option(SOL_SOCKET, SO_KEEPALIVE) === 1,
    idleSeconds: option(IPPROTO_TCP, IDLE),
    intervalSeconds: option(IPPROTO_TCP, INTERVAL),
    count: option(IPPROTO_TCP, COUNT),
    userTimeout: option(IPPROTO_TCP, USER_TIMEOUT),
  };
}
