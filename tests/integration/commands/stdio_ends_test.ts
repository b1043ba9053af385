/** How the connection of `cnapt stdio` ends: by its ends, its reader, a signal, or without CNAPT. */
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress, ProcessPair } from "../kit/process_pair.ts";
import { run } from "../kit/program.ts";
import { echo, readAll, ServerApplication, writeAll } from "../kit/server_application.ts";
import { StdioProcess } from "../kit/stdio_process.ts";

const LINE = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});

/** Without a CNAPT that runs. */
function alone(test: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const yaml = `status: ${freeAddress()}\nsites: { home: { ticket: ${LINE} } }\n`;
    await Deno.writeTextFile(`${folder}/cnapt.yaml`, yaml, { mode: 0o600 });
    await test(folder);
  });
}

Deno.test("without CNAPT the command that starts it is named", () =>
  alone(async (folder) => {
    const { code, out, err } = await run("cnapt", folder, ["stdio", "ssh"]);
    assertEquals([code, out], [exitCodeOf("notRunning"), ""]);
    assert(err.includes("This starts it: cnapt --config /") || Deno.build.os === "windows", err);
    const spaces = await run("cnapt", folder, ["stdio", "my ssh"]);
    assertEquals(spaces.code, exitCodeOf("usage"));
    assert(spaces.err.includes('Cannot connect to "my ssh": it is neither'), spaces.err);
  }));

Deno.test("without CNAPT the fallback is dialled, and that is said once, or not at all", () =>
  alone(async (folder) => {
    await using server = echo();
    const args = ["stdio", "ssh", "--fallback", `127.0.0.1:${server.port}`];
    const straight = await run("cnapt", folder, args, "over and out\n");
    assertEquals([straight.code, straight.out], [0, "over and out\n"]);
    assertEquals(straight.err.match(/CNAPT does not run: straight to/g)?.length, 1, straight.err);
    const quiet = await run("cnapt", folder, [...args, "--quiet"], "over and out\n");
    assertEquals(quiet, { code: 0, out: "over and out\n", err: "" });
    const closed = await run("cnapt", folder, ["stdio", "ssh", "--fallback", freeAddress()]);
    assertEquals([closed.code, closed.out], [exitCodeOf("noNetwork"), ""]);
    assert(closed.err.includes("nobody listens there"), closed.err);
  }));

/** Does what the first character that comes asks for; tells what came behind it. */
function obedient(came: (text: string) => void): ServerApplication {
  return new ServerApplication(async (conn) => {
    const first = new Uint8Array(1);
    await conn.read(first);
    switch (String.fromCharCode(first[0] ?? 0)) {
      case "g": // greets, ends its direction, and listens on
        await writeAll(conn, new TextEncoder().encode("hello"));
        await conn.closeWrite();
        return came(new TextDecoder().decode(await readAll(conn)));
      case "f": // says more than anybody wants to hear
        for (;;) await writeAll(conn, new Uint8Array(65_536).fill(0x2e));
      case "c": // says that it is there, and listens
        await writeAll(conn, new TextEncoder().encode("?"));
        return came(new TextDecoder().decode(await readAll(conn)));
    }
  });
}

Deno.test("the ends of cnapt stdio", (t) =>
  inFolder(async (folder) => {
    let tell: (text: string) => void = () => {};
    await using server = obedient((text) => tell(text));
    const heard = () => new Promise<string>((resolve) => tell = resolve);
    await using pair = await ProcessPair.start(folder, server.port);
    const start = () => new StdioProcess(pair.cnaptFolder, ["echo"]);

    await t.step("the input goes on when the output has ended", async () => {
      await using stdio = start();
      const all = heard();
      await stdio.type("g");
      assertEquals(await stdio.output(), "hello");
      await stdio.type("and more");
      await stdio.endInput();
      assertEquals(await all, "and more");
      assertEquals(await stdio.ended(), { code: 0, signal: null });
      assertEquals(stdio.said, []);
    });

    await t.step("a reader that goes away is said", async () => {
      await using stdio = start();
      await stdio.type("f");
      await stdio.output(1);
      await stdio.leaveOutput();
      assertEquals(await stdio.ended(), { code: exitCodeOf("failed"), signal: null });
      assertEquals(stdio.said, ["Cannot go on: whoever read the output has gone"]);
    });

    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      await t.step({
        name: `${signal} ends it when what it was given is delivered`,
        ignore: Deno.build.os === "windows",
        fn: async () => {
          await using stdio = start();
          const all = heard();
          const text = "x".repeat(50_000);
          await stdio.type("c");
          await stdio.output(1);
          await stdio.type(text);
          stdio.kill(signal);
          assertEquals(await stdio.ended(), { code: signal === "SIGTERM" ? 143 : 129, signal });
          assertEquals(await all, text);
          assertEquals(stdio.said, []);
        },
      });
    }

    await t.step("a CNAPT that is killed is not the end of the connection", async () => {
      await using stdio = start();
      await stdio.type("g");
      await stdio.output();
      await pair.cnapt.end("SIGKILL");
      await stdio.endInput();
      assertEquals(await stdio.ended(), { code: exitCodeOf("failed"), signal: null });
      assert(/^Cannot (tell|relay)/.test(stdio.said.join()), stdio.said.join());
    });
  }));
