/** The compiled SNAPT whose log is on a disk that is full, or that nobody reads any more. */
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { underJournal } from "./kit/log_lines.ts";
import { freeAddress } from "./kit/process_pair.ts";
import {
  asUsersDo,
  type Launch,
  type ProgramName,
  run,
  Running,
  whyNotCompiled,
} from "./kit/program.ts";

const PATIENCE_MS = 60_000;
const STRANGERS = 50;

const missing = Deno.build.os === "linux" ? whyNotCompiled() : "/dev/full is Linux'";
if (missing !== null) console.log(`SKIPPED full_disk_test: ${missing}`);

/** The same program, whose standard error takes nothing. */
function onFullDisk(launch: Launch): Launch {
  return (name: ProgramName) => ["sh", "-c", 'exec "$0" "$@" 2>/dev/full', ...launch(name)];
}

/** Or goes to `head -1`, which ends after the first line. */
function beforeHead(launch: Launch): Launch {
  const script = 'mkfifo log && { head -1 log >first & exec "$0" "$@" 2>log; }';
  return (name: ProgramName) => ["sh", "-c", script, ...launch(name)];
}

interface Lost {
  readonly launch: Launch;
  readonly form?: "text" | "json";
  /** What whoever has gone has read. */
  readonly first?: RegExp;
}

async function expectNoEnd({ launch, form = "text", first }: Lost): Promise<void> {
  await inFolder(async (folder) => {
    const listen = freeAddress();
    await Deno.writeTextFile(
      `${folder}/snapt.yaml`,
      `listen: ${listen}\nstatus: ${freeAddress()}\nlog: { form: ${form} }\n` +
        `services: { ssh: { to: "127.0.0.1:22" } }\n`,
    );
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await using snapt = new Running("snapt", folder, [], launch);
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
    if (first === undefined) return;
    const read = await Deno.readTextFile(`${folder}/first`);
    assert(first.test(read) && read.indexOf("\n") === read.length - 1, read);
  });
}

Deno.test({
  name: "a log that cannot be written ends no program, in whatever form it is",
  ignore: missing !== null,
  fn: async () => {
    await Promise.all([
      expectNoEnd({ launch: onFullDisk(asUsersDo) }),
      expectNoEnd({ launch: beforeHead(asUsersDo), form: "json", first: /^\{"ts":.*"listening"/ }),
      expectNoEnd({ launch: beforeHead(underJournal(asUsersDo)), first: /^<6>listening / }),
    ]);
  },
});
