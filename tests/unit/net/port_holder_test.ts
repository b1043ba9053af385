import { findPortHolder, inodesIn } from "../../../lib/net/port_holder.ts";
import { assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

const TABLE =
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1E6B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
   1: 0100007F:1E6B 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
   2: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0
`;

Deno.test("the sockets that listen on a port are read from what Linux says, no connections of it", () => {
  assertEquals(inodesIn(TABLE, 7787, "0A"), ["socket:[4711]"]);
  assertEquals(inodesIn(TABLE, 22, "0A"), ["socket:[4713]"]);
  assertEquals(inodesIn(TABLE, 80, "0A"), []);
  assertEquals(inodesIn("", 80, "0A"), []);
});

Deno.test({
  name: "who holds a port is found, and where its owner hides that, this is said",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (root) => {
      assertEquals(await findPortHolder(22, "tcp", root), { kind: "unknown" });
      await Deno.mkdir(`${root}/net`);
      await Deno.writeTextFile(`${root}/net/tcp`, TABLE);
      assertEquals(await findPortHolder(22, "tcp", root), { kind: "hidden" });
      await Deno.mkdir(`${root}/17/fd`, { recursive: true });
      await Deno.symlink("socket:[4713]", `${root}/17/fd/3`);
      await Deno.writeTextFile(`${root}/17/comm`, "sshd\n");
      assertEquals(await findPortHolder(22, "tcp", root), {
        kind: "program",
        name: "sshd",
        pid: 17,
      });
      assertEquals(await findPortHolder(22, "udp", root), { kind: "unknown" });
    }),
});

Deno.test({
  name: "a port of this process is held by this process",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const holder = await findPortHolder(listener.addr.port, "tcp");
    assertEquals(holder.kind === "program" ? holder.pid : holder, Deno.pid);
  },
});
