/** What programs are told when the compiled pair switches. */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing(["curl"]);
const LIMIT_MS = 30_000;
const ECHO_PORT = 7_000;

interface Told {
  readonly event: string;
  readonly program: string;
  readonly client: string | null;
  readonly from: string | null;
  readonly provider: string | null;
  readonly switchKind: string | null;
  readonly roundTripMs: number | null;
}

Deno.test("commands and /events are told of planned and sudden switches on both sides", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const { laptop, server } = lab;
  const notify = (home: string) =>
    `notify:\n  - command: [sh, -c, 'cat >> "$0"', ${home}/told]\n` +
    `  - command: [sleep, "600"]\n  - post: http://127.0.0.1:9/\n`;
  const pair = await Pair.start(lab, {
    services: { echo: ECHO_PORT },
    cnaptYaml: notify(laptop.home),
    snaptYaml: notify(server.home),
  });
  const field = await pair.run("cnapt", ["open", "--header"]);
  await Deno.writeTextFile(`${laptop.home}/field`, field.stdout, { mode: 0o600 });
  const url = "http://127.0.0.1:7786/events";
  const events = laptop.start(["curl", "-sN", "-H", `@${laptop.home}/field`, url]);
  const limit = AbortSignal.timeout(LIMIT_MS);
  await events.waitFor(/: notices follow/, limit);
  const first = (await pair.status()).provider === "eth0" ? "eth0" : "wlan0";
  const second = first === "eth0" ? "wlan0" : "eth0";
  assertEquals((await pair.switchTo(second)).kind, "overlapped");
  await laptop.unplug(second);
  await pair.waitUntilOn(first);
  await events.waitFor(/"switchKind":"sudden"/, limit);

  for (const [host, program] of [[laptop, "cnapt"], [server, "snapt"]] as const) {
    const read = async () => {
      const { stdout } = await host.run(["cat", `${host.home}/told`], { mayFail: true });
      return stdout.trim().split("\n").map((line): Told => JSON.parse(line || "{}"));
    };
    let told = await read();
    while (!told.some(({ switchKind }) => switchKind === "sudden")) {
      limit.throwIfAborted();
      told = await read();
    }
    const switches = told.filter(({ event }) => event === "switched");
    assert(switches.every((one) => one.program === program));
    assert(switches.every(({ roundTripMs }) => roundTripMs !== null && roundTripMs < 10_000));
    assertEquals(switches[0]?.client, program === "snapt" ? "laptop" : null);
    const planned = switches.find(({ switchKind }) => switchKind === "overlapped");
    assertEquals([planned?.from, planned?.provider], [first, second]);
    const sudden = switches.findLast(({ switchKind }) => switchKind === "sudden");
    assertEquals([sudden?.from, sudden?.provider], [second, first]);
    const { stdout } = await pair.run(program, ["status", "--json"]);
    const [works, stuck, dead] = JSON.parse(stdout).notices.receivers;
    assert(works.delivered >= 2, stdout);
    assertEquals([works.failed, stuck.delivered, dead.delivered], [0, 0, 0]);
    assert(dead.failed >= 1 && dead.lastFailure !== null, stdout);
  }
});
