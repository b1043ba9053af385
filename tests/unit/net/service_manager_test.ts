import { openLibc } from "../../../lib/net/libc.ts";
import { openServiceManager } from "../../../lib/net/service_manager.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { type Environment, withEnvironment } from "../../whole_process/environment.ts";

const ignore = Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED sd_notify: only Linux has such a service manager");

openLibc(); // once for the program, not for one test

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** A manager at a name of its own or a path; `name` is as the address has it. */
function listenAt(name: string) {
  const opened = openLibc();
  if (opened.kind === "unavailable") throw new Error(opened.reason);
  const { libc } = opened;
  const socket = libc.socket(AF_UNIX, SOCK_DGRAM, 0);
  const address = new Uint8Array([AF_UNIX, 0, ...new TextEncoder().encode(name)]);
  assertEquals(libc.bind(socket, address, address.length), 0);
  return {
    heard: () => {
      const room = new Uint8Array(100);
      const from = new Uint8Array(200);
      const size = new Int32Array([from.length]);
      const bytes = libc.recvfrom(
        socket,
        room,
        100n,
        MSG_DONTWAIT,
        from,
        new Uint8Array(size.buffer),
      );
      return new TextDecoder().decode(room.subarray(0, Number(bytes)));
    },
    [Symbol.dispose]: () => void libc.close(socket),
  };
}

const NOBODY = { NOTIFY_SOCKET: null, WATCHDOG_USEC: null, WATCHDOG_PID: null };

/** What is opened with these variables, and what is left of them then. */
function openWith(variables: Environment) {
  return withEnvironment({ ...NOBODY, ...variables }, () => {
    const state = openServiceManager(17);
    return { state, left: Object.keys(NOBODY).filter((name) => Deno.env.has(name)) };
  });
}

Deno.test({
  name: "a service manager is told at a path and at a name of its own, and children are not",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      for (const name of [`${folder}/with space`, `\0${folder}`]) {
        const socket = listenAt(name);
        const { state, left } = await openWith({
          NOTIFY_SOCKET: name.replace("\0", "@"),
          WATCHDOG_USEC: "3000000",
          WATCHDOG_PID: "17",
        });
        assert(state.kind === "open");
        using manager = state.manager;
        assertEquals(manager.tell({ READY: "1", STATUS: "two\nlines" }), true);
        assertEquals(socket.heard(), "READY=1\nSTATUS=two lines");
        assertEquals(manager.watchdogMs, 1_500);
        assertEquals(left, []);
        socket[Symbol.dispose]();
        assertEquals(manager.tell({ READY: "1" }), false);
      }
    }),
});

Deno.test({
  name: "without a service manager nothing is told, and a name that is none is said",
  ignore,
  fn: async () => {
    const kindWith = async (variables: Environment) => (await openWith(variables)).state.kind;
    assertEquals(await kindWith({}), "none");
    assertEquals(await kindWith({ NOTIFY_SOCKET: "relative" }), "mute");
    assertEquals(await kindWith({ NOTIFY_SOCKET: `/${"x".repeat(200)}` }), "mute");
  },
});
