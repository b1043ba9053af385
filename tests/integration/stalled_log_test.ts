/** SNAPT as users start it, whose log goes to somebody who has stopped reading. */
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { freeAddress } from "./kit/process_pair.ts";
import { asUsersDo, type ProgramName, run, Running } from "./kit/program.ts";

const PATIENCE_MS = 60_000;
const FIFO = "log.fifo";
const ignore = Deno.build.os === "windows";
if (ignore) console.log("SKIPPED stalled_log_test: Windows has no named pipes in folders");

/** The same program, whose standard error is a pipe that is full, and open for reading. */
function onFullPipe(name: ProgramName): readonly string[] {
  const script = `mkfifo ${FIFO} && exec 3<>${FIFO} && ` +
    `{ dd if=/dev/zero of=${FIFO} bs=1 oflag=nonblock 2>/dev/null; exec "$0" "$@" 2>&3; }`;
  return ["sh", "-c", script, ...asUsersDo(name)];
}

/** SNAPT, which is up although it could not say a word. */
function withStalledLog(test: (snapt: Running, fifo: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/snapt.yaml`,
      `listen: ${freeAddress()}\nstatus: ${freeAddress()}\n` +
        `services: { ssh: { to: "127.0.0.1:22" } }\n`,
    );
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await using snapt = new Running("snapt", folder, [], onFullPipe);
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while ((await run("snapt", folder, ["status"])).code !== 0) {
      assert(!patience.aborted, "it never started");
    }
    await test(snapt, `${folder}/${FIFO}`);
  });
}

Deno.test({
  name: "a program whose log nobody reads works, and ends when it is told to",
  ignore,
  fn: () => withStalledLog(async (snapt) => assertEquals(await snapt.end(), 0)),
});

Deno.test({
  name: "a log that is read late has every line to the last one",
  ignore,
  fn: () =>
    withStalledLog(async (snapt, fifo) => {
      const log = await Deno.open(fifo, { read: true });
      const reading = new Response(log.readable).text();
      assertEquals(await snapt.end(), 0);
      const events = [...(await reading).matchAll(/^\0*\S+ info (\S+)/gm)].map(([, event]) =>
        event
      );
      assertEquals(events, ["listening", "stopping"]);
    }),
});
