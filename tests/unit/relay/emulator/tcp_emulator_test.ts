import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import type { ByteListener } from "../../../../lib/net/listen.ts";
import { AccessGate } from "../../../../lib/relay/access/access_gate.ts";
import { TcpEmulator } from "../../../../lib/relay/emulator/tcp_emulator.ts";
import { TestLog } from "../../../test_log.ts";
import { assertEquals } from "../../../assert.ts";

/** A connection that nobody reads or writes; says when it was reset. */
function connFrom(remoteAddress: string, reset: (address: string) => void): ByteConn {
  const never = () => Promise.reject(new Error(`${remoteAddress} is not to be used`));
  return {
    localAddress: "192.168.7.1:5432",
    remoteAddress,
    handshake: never,
    read: never,
    readNext: never,
    write: never,
    closeWrite: never,
    close: () => {},
    reset: () => reset(remoteAddress),
  };
}

Deno.test("an emulator resets who is not allowed and goes on with who is", async () => {
  const resets: string[] = [];
  const opened: string[] = [];
  const waiting = [
    "192.168.8.9:40000",
    "192.168.7.20:40001",
    "[2001:db8::9]:40002",
    "127.0.0.1:40003",
    "[::ffff:192.168.7.21]:40004",
    "",
  ].map((address) => connFrom(address, (one) => resets.push(one)));
  const listener: ByteListener = {
    address: "192.168.7.1",
    port: 5_432,
    name: "192.168.7.1:5432",
    accept: () => Promise.resolve(waiting.shift() ?? null),
    close: () => {},
  };
  const gate = new AccessGate([parseSourceRange("192.168.7.0/24")], new TestLog(), () => 0);
  const emulator = new TcpEmulator(listener, {
    service: "db",
    open: ({ source }) => opened.push(source),
    gate,
    tasks: TaskGroup.root(SYSTEM_CLOCK, new TestLog()),
  }).start();
  await emulator.close();
  assertEquals(opened, ["192.168.7.20:40001", "127.0.0.1:40003", "[::ffff:192.168.7.21]:40004"]);
  assertEquals(resets, ["192.168.8.9:40000", "[2001:db8::9]:40002", ""]);
  assertEquals(emulator.refused, 3);
});
