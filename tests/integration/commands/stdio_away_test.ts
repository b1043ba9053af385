/** What `cnapt stdio` says of a network that goes away and comes back. */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair } from "../kit/process_pair.ts";
import { echo } from "../kit/server_application.ts";
import { StdioProcess } from "../kit/stdio_process.ts";

Deno.test({
  name: "a SNAPT that is not reached is said once, and once that it is again; --quiet says neither",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await using server = echo();
      await using pair = await ProcessPair.start(folder, server.port);
      await using stdio = new StdioProcess(pair.cnaptFolder, ["echo"]);
      await using quiet = new StdioProcess(pair.cnaptFolder, ["echo", "--quiet"]);
      for (const one of [stdio, quiet]) {
        await one.type("before ");
        await one.output(7);
      }
      Deno.kill(pair.snapt.pid, "SIGSTOP");
      try {
        await stdio.says("site home is not reached: the connection waits until it is");
        for (const one of [stdio, quiet]) await one.type("behind");
      } finally {
        Deno.kill(pair.snapt.pid, "SIGCONT");
      }
      await stdio.says("site home is reached again");
      for (const one of [stdio, quiet]) {
        await one.endInput();
        assertEquals(await one.output(), "behind");
        assertEquals(await one.ended(), { code: 0, signal: null });
      }
      assertEquals(stdio.said.length, 2, stdio.said.join("\n"));
      assertEquals(quiet.said, []);
      assert(stdio.said.every((line) => line.startsWith("cnapt: ")));
    }),
});
