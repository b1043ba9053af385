/** What the system is asked for at the sockets of the compiled programs. */
import { fileURLToPath } from "node:url";
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 50 } };
const ECHO = 7_002;
const LINKS = 7_787;
const LIMIT_MS = 30_000;
/** Until nothing is under way any more, and the timer is that of keepalive. */
const QUIET_MS = 1_000;

const run = (path: string, ...args: readonly (string | number)[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = () => AbortSignal.timeout(LIMIT_MS);

/** How long the keepalive timers of the connections that `filter` names still run, in s. */
function timersOf(output: string): readonly number[] {
  return [...output.matchAll(/timer:\(keepalive,(?:(\d+)min)?(?:([\d.]+)(ms|sec))?/g)]
    .map(([, minutes = "0", value = "0", unit = "sec"]) =>
      60 * Number(minutes) + Number(value) / (unit === "ms" ? 1_000 : 1)
    );
}

Deno.test("both programs have quiet links asked within 25 s and applications within 30 s", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  await lab.server.start(run("./kit/echo_server.ts", ECHO)).waitFor(/ready/, limit());
  const pair = await Pair.start(lab, { services: { echo: ECHO } });
  await pair.waitUntilOn("eth0");
  const { port } = pair.target("echo");
  const client = lab.laptop.start(run("./programs/idle_words.ts", port, 2));
  await client.waitFor(/ready/, limit());
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  const look = async (host: Lab["laptop"] | Lab["server"], ...filter: readonly string[]) => {
    const ss = ["ss", "-tnoH", "state", "established", ...filter];
    const { stdout } = await host.run(ss, { user: "admin" });
    return { stdout, lines: stdout.split("\n").filter((line) => line !== "").length };
  };
  const cases = [
    { name: "links of CNAPT", seconds: 25, at: await look(lab.laptop, "dport", `= :${LINKS}`) },
    { name: "links of SNAPT", seconds: 25, at: await look(lab.server, "sport", `= :${LINKS}`) },
    { name: "clients of CNAPT", seconds: 30, at: await look(lab.laptop, "sport", `= :${port}`) },
    { name: "servers of SNAPT", seconds: 30, at: await look(lab.server, "dport", `= :${ECHO}`) },
  ];
  for (const { name, seconds, at: { stdout, lines } } of cases) {
    const timers = timersOf(stdout);
    console.log(`${name}: ${timers.join(", ")} s of ${lines}`);
    assert(lines > 0 && timers.length >= Math.min(2, lines), `${name}:\n${stdout}`);
    assert(timers.every((left) => left <= seconds), `${name}: ${timers} s`);
    assert(timers.some((left) => left > seconds - 12), `${name}: ${timers} s`);
  }
});
