/** `task demo`, which somebody interrupts: no program and no key stay behind. */
import { fileURLToPath } from "node:url";
import { assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { TextLineStream } from "./kit/text_lines.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The demo gives up by itself after this. */
const PATIENCE_MS = 150_000;
const ignore = Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED demo_test: it looks for programs in /proc");

/** Each program that the demo started has its folder for temporary files from it. */
async function programsOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const read = (what: string) => Deno.readTextFile(`/proc/${name}/${what}`).catch(() => "");
    const environment = (await read("environ")).split("\0");
    if (environment.includes(`TMPDIR=${folder}`)) found.push(await read("cmdline"));
  }
  return found;
}

/** Lets the demo say a line that has `line` in it, sends it the signal, and waits for its end. */
async function interrupt(folder: string, line: string, signal: Deno.Signal) {
  const demo = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=programs", "scripts/demo.ts"],
    cwd: ROOT,
    env: { TMPDIR: folder, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limit = setTimeout(() => demo.kill("SIGKILL"), PATIENCE_MS);
  const complaint = new Response(demo.stderr).text();
  for await (const said of demo.stdout.pipeThrough(new TextLineStream())) {
    if (said.includes(line)) demo.kill(signal);
  }
  const { code } = await demo.status;
  clearTimeout(limit);
  return { code, complaint: await complaint };
}

const INTERRUPTED = "The demo cannot go on: it was interrupted\n";

for (
  const [signal, when, line] of [
    ["SIGINT", "while its programs are prepared", "$ snapt init"],
    ["SIGTERM", "in the middle of the download", "A client downloads"],
    ["SIGHUP", "when the terminal is closed", "$ snapt &"],
  ] as const
) {
  Deno.test({
    name: `a demo that is ended by ${signal} ${when} leaves nothing behind`,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        assertEquals(await interrupt(folder, line, signal), { code: 1, complaint: INTERRUPTED });
        assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
        assertEquals(await programsOf(folder), []);
      }),
  });
}
