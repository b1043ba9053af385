import { assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { ProcessPair } from "./kit/process_pair.ts";
import { Running } from "./kit/program.ts";
import { echo, readExactly, writeAll } from "./kit/server_application.ts";

/** Changes a file of settings. */
async function edit(path: string, pattern: RegExp, by: string): Promise<void> {
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace(pattern, by));
}

Deno.test("what SNAPT has announced is offered when CNAPT starts without it, and served when it comes", () =>
  inFolder(async (folder) => {
    await using server = echo();
    await using pair = await ProcessPair.start(folder, server.port);
    const listening = await pair.snapt.line(/listening address=(\S+)/);
    assertEquals(await pair.cnapt.end(), 0);
    await edit(`${pair.cnaptFolder}/cnapt.yaml`, /^ +services:[^]*$/m, "");
    await edit(`${pair.snaptFolder}/snapt.yaml`, /^listen: .*$/m, `listen: ${listening}`);

    const offered = /service=echo .*at=(127\.0\.0\.\d+:\d+)/;
    const first = new Running("cnapt", pair.cnaptFolder);
    const place = await first.line(offered);
    assertEquals(await first.end(), 0);
    assertEquals(await pair.snapt.end(), 0);

    await using again = new Running("cnapt", pair.cnaptFolder);
    assertEquals(await again.line(offered), place);
    const [hostname = "", port] = place.split(":");
    using conn = await Deno.connect({ hostname, port: Number(port) });
    const hello = new TextEncoder().encode("hello");
    await writeAll(conn, hello);
    await using _ = new Running("snapt", pair.snaptFolder);
    assertEquals(await readExactly(conn, hello.length), hello);
  }));
