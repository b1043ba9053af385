/**
 * What everybody does first, on whatever system: pair with a code, run, look. Also run with Deno for
 * Windows (`.ci/windows`), where a process takes seconds to start: each is worth its place.
 */
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { ProcessPair } from "../kit/process_pair.ts";
import { echo, pattern, readExactly, writeAll } from "../kit/server_application.ts";

Deno.test("a code is joined, CNAPT runs, and status, doctor and completion answer", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    using conn = await pair.connect();
    await writeAll(conn, pattern(3_000));
    assertEquals(await readExactly(conn, 3_000), pattern(3_000));

    const answer = async (...args: readonly string[]) => {
      const { code, out, err } = await pair.command("cnapt", ...args);
      assertEquals([code, err], [0, ""], `${args.join(" ")}: ${out}`);
      return out;
    };
    const [status, doctor, completion] = await Promise.all([
      answer("status", "--json"),
      answer("doctor", "--json"),
      answer("completion", "powershell"),
    ]);
    const { state, streams } = JSON.parse(status);
    assertEquals([state, streams.length], ["connected", 1]);
    assertEquals(JSON.parse(doctor).ok, true, doctor);
    assert(completion.includes("Register-ArgumentCompleter"), completion);
  }));
