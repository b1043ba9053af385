/**
 * `snapt` without a configuration, on a terminal. The ports that a new configuration names are fixed:
 * each test has them to itself, in a network of its own, where nobody answers on port 22 either.
 */
import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { parsePairingCode } from "../../../lib/config/pairing_code.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { asUsersDo, run } from "../kit/program.ts";
import { TextLineStream } from "../kit/text_lines.ts";

const PATIENCE_MS = 20_000;
const CTRL_C = "\x03";
/** An ordinary user there, who may set up loopback: a new configuration is this user's. */
const NETWORK = ["-n", "--map-user=1000", "--map-group=1000", "--keep-caps"];
/** A card with an address in the Internet and one in the LAN, neither of which leads anywhere. */
const CARD = ["link add eth0 type veth peer name end", "link set end up", "link set eth0 up"]
  .concat(["20.30.40.5/24", "192.168.1.5/24"].map((one) => `addr add ${one} dev eth0`));
const CALLS = ["link set lo up", ...CARD].map((call) => `ip ${call}`).join(" && ");
/** Runs the first argument on a terminal, and never as root, who would write in /etc. */
const ON_TERMINAL = `test "$(id -u)" = 1000 && ${CALLS} && exec script -qfec "$0" /dev/null`;

const tests = "the first run of snapt";
const lacks = ["script", "unshare", "ip"].some((name) => lacksProgram(name, tests)) ||
  await cannotMakeNetwork();

async function cannotMakeNetwork(): Promise<boolean> {
  const args = [...NETWORK, "true"];
  const { success } = await new Deno.Command("unshare", { args, stderr: "null" }).output();
  if (!success) console.log(`SKIPPED ${tests}: no network can be made here`);
  return !success;
}

/** Types `lines` to `snapt`, and Ctrl-C once it listens; how it ended and all that it said. */
async function onTerminal(
  folder: string,
  lines: readonly string[],
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly said: string }> {
  // `script` hands it to $SHELL. Some shells, such as dash, would stay before the program: Ctrl-C
  // would end them as well, and what `script` returns would be theirs.
  const words = ["exec", ...[...asUsersDo("snapt"), ...args].map((word) => `'${word}'`)].join(" ");
  await using child = new Deno.Command("unshare", {
    args: [...NETWORK, "sh", "-c", ON_TERMINAL, words],
    cwd: folder,
    env: { NO_COLOR: "1", XDG_CONFIG_HOME: `${folder}/config`, XDG_STATE_HOME: `${folder}/state` },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const writer = child.stdin.getWriter();
  const type = (text: string) => writer.write(new TextEncoder().encode(text));
  try {
    await type(lines.map((line) => `${line}\n`).join(""));
    const said: string[] = [];
    for await (const line of child.stdout.pipeThrough(new TextLineStream())) {
      said.push(line);
      if (/SNAPT of \S+ listens on /.test(line)) await type(CTRL_C);
    }
    return { code: (await child.status).code, said: said.join("\n") };
  } finally {
    clearTimeout(limit);
    await writer.close().catch(() => {}); // nobody reads any more
  }
}

function filesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test({
  name: "snapt without a configuration asks on a terminal, makes one and a code, and runs",
  ignore: lacks,
  fn: () =>
    inFolder(async (folder) => {
      const lines = ["db=10.0.0.5:5432", "home.example.org:7787", "work", "y"];
      const { code, said } = await onTerminal(folder, lines);
      assertEquals(code, 0, said);
      assert(said.includes("There is no configuration of SNAPT yet."), said);
      const file = `${folder}/config/snapt/snapt.yaml`;
      const identity = `${folder}/state/snapt/snapt.identity.json`;
      assert(said.includes(`Wrote ${file} and ${identity}.`), said);
      const [, line = ""] = /^(home\.example\.org[,/]\S+)\r?$/m.exec(said) ?? [];
      const { address, others } = parsePairingCode(line);
      assertEquals(address, { host: "home.example.org", port: 7787 });
      assertEquals(others, [{ host: "192.168.1.5", port: 7787 }]);
      assert(/ listens on \[::\]:7787, for db\r?\n/.test(said), said);
      assert((await Deno.stat(identity)).isFile);
      const state = ["--state", `${folder}/state/snapt`];
      const { out } = await run("snapt", folder, ["list", "--config", file, ...state]);
      assert(out.startsWith("work  ") && out.includes(" code open until "), out);
      // The second run finds it, and asks nothing.
      const again = await onTerminal(folder, []);
      assert(again.code === 0 && !again.said.includes("?"), again.said);
    }),
});

Deno.test({
  name: "snapt that is answered no makes nothing, and asks nothing where a file was named",
  ignore: lacks,
  fn: () =>
    inFolder(async (folder) => {
      const lines = ["db=10.0.0.5:5432", "home.example.org:7787", "", "n"];
      const no = await onTerminal(folder, lines);
      assertEquals([no.code, filesIn(folder)], [exitCodeOf("unanswered"), []], no.said);
      const named = await onTerminal(folder, lines, ["--config", "other.yaml"]);
      assertEquals([named.code, filesIn(folder)], [exitCodeOf("configuration"), []], named.said);
      assert(named.said.includes("Cannot read other.yaml: there is no such file"), named.said);
    }),
});
