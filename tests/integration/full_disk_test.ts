/** The compiled SNAPT whose log is on a disk that is full. */
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { freeAddress } from "./kit/process_pair.ts";
import { asUsersDo, type ProgramName, run, Running, whyNotCompiled } from "./kit/program.ts";

const PATIENCE_MS = 60_000;
const STRANGERS = 50;

const missing = Deno.build.os === "linux" ? whyNotCompiled() : "/dev/full is Linux'";
if (missing !== null) console.log(`SKIPPED full_disk_test: ${missing}`);

/** The same program, whose standard error takes nothing. */
function onFullDisk(name: ProgramName): readonly string[] {
  return ["sh", "-c", 'exec "$0" "$@" 2>/dev/full', ...asUsersDo(name)];
}

Deno.test({
  name: "a log that cannot be written ends no program",
  ignore: missing !== null,
  fn: () =>
    inFolder(async (folder) => {
      const listen = freeAddress();
      await Deno.writeTextFile(
        `${folder}/snapt.yaml`,
        `listen: ${listen}\nstatus: ${freeAddress()}\nservices: { ssh: { to: "127.0.0.1:22" } }\n`,
      );
      assertEquals((await run("snapt", folder, ["init"])).code, 0);
      await using snapt = new Running("snapt", folder, [], onFullDisk);
      const status = async () => (await run("snapt", folder, ["status"])).code;
      const patience = AbortSignal.timeout(PATIENCE_MS);
      while (await status() !== 0) assert(!patience.aborted, "it never started");
      const [hostname = "", port] = listen.split(":");
      for (let i = 0; i < STRANGERS; i++) {
        using stranger = await Deno.connect({ hostname, port: Number(port) });
        await stranger.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
      }
      assertEquals(await status(), 0, "after strangers, each worth a line of the log");
      assertEquals(await snapt.end(), 0);
    }),
});
