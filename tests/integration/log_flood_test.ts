/** What strangers, applications and peers can make the logs of the programs grow by. */
import type { LineForm } from "../../lib/app/program/log_line.ts";
import { encodeMessage } from "../../lib/core/wire/encode.ts";
import { openLibc } from "../../lib/net/libc.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { helloMessage, records, serverName } from "../unit/core/relay/kit/client_hello.ts";
import { HostileCnapt } from "./kit/hostile_cnapt.ts";
import { readLogLine, underJournal } from "./kit/log_lines.ts";
import { freeAddress, ProcessPair } from "./kit/process_pair.ts";
import { asUsersDo, run, Running } from "./kit/program.ts";
import { echo } from "./kit/server_application.ts";

openLibc(); // opened once for all tests: it is never closed

const ignore = Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED log_flood_test: only Linux has a journal");

const ATTEMPTS = 240;
const AT_ONCE = 40;
const WINDOW_MS = 60_000;
/** Of one source in the first minute; each minute after that has fewer. */
const MOST_LINES = 40;
/** Of one line, whatever is in it. */
const MOST_BYTES = 2_000;

const utf8 = (text: string) => new TextEncoder().encode(text);
/** What would be seen in a log that believes it. */
const HOSTILE = '\x1b[2J\u202e\r\n2026-01-01T00:00:00.000Z error forged x="y"<b>\u2028\0';
const OPENINGS: readonly Uint8Array[] = [
  new Uint8Array(),
  utf8(HOSTILE.repeat(40)),
  utf8(`GET /${HOSTILE} HTTP/1.1\r\nHost: ${HOSTILE.repeat(5)}\r\n\r\n`),
  utf8(`SSH-2.0-${HOSTILE}\r\n`),
  Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 0, 0),
  records(helloMessage(serverName("x".repeat(250)))),
];

/** Connects to `address` again and again, says something, and does not wait long for an answer. */
async function flood(address: string, sayings: readonly Uint8Array[]): Promise<void> {
  const [hostname = "", port] = address.split(":");
  const one = async (said: Uint8Array) => {
    try {
      using conn = await Deno.connect({ hostname, port: Number(port) });
      await conn.write(said);
      await conn.closeWrite();
      while (await conn.read(new Uint8Array(4_096)) !== null);
    } catch (error) {
      const isEnd = ["ConnectionReset", "BrokenPipe", "NotConnected"].includes(
        error instanceof Error ? error.name : "",
      );
      if (!isEnd) throw error;
    }
  };
  for (let i = 0; i < ATTEMPTS; i += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, at) => sayings[(i + at) % sayings.length]);
    await Promise.all(some.map((said = new Uint8Array()) => one(said)));
  }
}

/** A request to a SOCKS5 proxy for a destination that nobody has. */
function socksRequest(host: string): Uint8Array {
  const name = utf8(host).subarray(0, 255);
  return Uint8Array.of(5, 1, 0, 5, 1, 0, 3, name.length, ...name, 0, 80);
}

/** A CNAPT that was invited begins session after session, and says why it goes. */
async function comeAndGo(pair: ProcessPair): Promise<void> {
  using hostile = await HostileCnapt.invitedTo(pair);
  const farewell = encodeMessage({ kind: "disconnect", sentence: HOSTILE.repeat(8).slice(0, 400) });
  for (let i = 0; i < MOST_LINES + 5; i++) {
    const instance = i.toString(16).padStart(16, "0");
    const control = await hostile.begin({ kind: "connect", instance, claim: "atOnce" });
    await control.readNext();
    await control.write(farewell);
    await control.readNext();
    control.close();
  }
}

/** Every line is one of the documented, and there are no more than one source may cause. */
function assertBounded(
  form: LineForm,
  program: "cnapt" | "snapt" | "relay",
  log: string,
  startedAt: number,
): void {
  const lines = log.split("\n").filter((line) => line !== "");
  const counts = new Map<string, number>();
  for (const line of lines) {
    const { level, event } = readLogLine(form, program, line);
    counts.set(`${level} ${event}`, (counts.get(`${level} ${event}`) ?? 0) + 1);
    assert(utf8(line).length <= MOST_BYTES, line);
  }
  const windows = 1 + Math.ceil((performance.now() - startedAt) / WINDOW_MS);
  const most = Math.max(...counts.values());
  const seen = JSON.stringify(Object.fromEntries(counts));
  assert(most <= (MOST_LINES + 1) * windows, `${program}: ${seen}`); // and one of who is at home
  assert(most >= MOST_LINES, `nothing had to be left out of ${program}: ${seen}`);
}

Deno.test({
  name: "a flood of strangers, with what they like in it, makes a bounded log in every form",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const startedAt = performance.now();
      await using server = echo();
      const relayListen = freeAddress();
      await Deno.writeTextFile(
        `${folder}/relay.yaml`,
        `listen: ${relayListen}\nstatus: off\nudp: off\nlimits: { failuresPerSecond: 100000 }\n` +
          "log: { form: json, level: debug }\n",
      );
      const files = ["--config", "relay.yaml", "--state", "relay"];
      const relay = run("snapt", folder, ["relay", "init", ...files])
        .then(() => new Running("snapt", folder, ["relay", "run", ...files]));
      const journal = underJournal(asUsersDo);
      await using pair = await ProcessPair.start(folder, server.port, {
        snaptYaml: "log: { level: debug }\n",
        launch: (name) => name === "snapt" ? journal(name) : asUsersDo(name),
      });
      await using runningRelay = await relay;
      await runningRelay.line(/"event":"relay-listening"/);
      const snaptListen = await pair.snapt.line(/listening address=(\S+)/);
      const socks = freeAddress();
      const yaml = await Deno.readTextFile(`${pair.cnaptFolder}/cnapt.yaml`);
      await Deno.writeTextFile(
        `${pair.cnaptFolder}/cnapt.yaml`,
        `log: debug\n${yaml.replace(/\n {2}home:\n/, `$&    socks5: ${socks}\n`)}`,
      );
      assertEquals((await pair.command("cnapt", "reload")).code, 0);

      const requests = [HOSTILE, `${HOSTILE.slice(0, 20)}.example`, "h".repeat(255), "a b"];
      await comeAndGo(pair); // before its host is one of those that failed too often
      await Promise.all([
        flood(snaptListen, OPENINGS),
        flood(relayListen, OPENINGS),
        flood(socks, [...requests.map(socksRequest), ...OPENINGS]),
      ]);
      await Promise.all([pair.cnapt, pair.snapt, runningRelay].map((one) => one.end()));
      assertBounded("text", "cnapt", pair.cnapt.log, startedAt);
      assert(pair.cnapt.log.includes("…"), "a destination of 255 characters was clipped");
      assertBounded("journal", "snapt", pair.snapt.log, startedAt);
      assertBounded("json", "relay", runningRelay.log, startedAt);
    }),
});
