/** A SNAPT as a process that reads again what its CNAPTs may do. */
import { assert, assertEquals } from "../../assert.ts";
import { besidePair } from "../kit/reloaded_pair.ts";
import { echo, pattern, readExactly, writeAll } from "../kit/server_application.ts";
import { StdioProcess } from "../kit/stdio_process.ts";

const all = 'destinations: ["127.0.0.0/8:*"]\n';

Deno.test("a connection to a destination that is allowed no longer is reset, and no other", () =>
  besidePair(async (pair, port) => {
    await using second = echo();
    const { cnaptFolder, snapt } = pair.pair;
    using conn = await pair.pair.connect();
    const bytes = 20_000_000;
    const writing = writeAll(conn, pattern(bytes));
    const reading = readExactly(conn, bytes);
    await using kept = new StdioProcess(cnaptFolder, [`127.0.0.1:${port}`]);
    await using taken = new StdioProcess(cnaptFolder, [`127.0.0.1:${second.port}`]);
    for (const one of [kept, taken]) {
      await one.type("before");
      assertEquals(await one.output(6), "before");
    }
    const said = await pair.reload(
      "snapt",
      (yaml) => yaml.replace(all, `clients: { laptop: { destinations: ["127.0.0.1:${port}"] } }\n`),
    );
    assertEquals(
      said,
      "Reloaded.\ndestinations: changed\nclients.laptop.destinations: changed\n",
    );
    assert((await taken.ended()).code !== 0);
    await kept.type("behind");
    assertEquals(await kept.output(6), "behind");
    await using late = new StdioProcess(cnaptFolder, [`127.0.0.1:${second.port}`]);
    assert((await late.ended()).code !== 0);
    await writing;
    assertEquals(await reading, pattern(bytes));
    assert(!/session-ended/.test(snapt.log), snapt.log);
  }, { snaptYaml: all }));
