/**
 * A laptop that is closed with everything open: the compiled CNAPT is stopped, as far as a program
 * can be made to sleep, every network goes, and it wakes up at other addresses.
 */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { WordClient } from "./scenarios/word_client.ts";

const ignore = await isLabMissing([]);
const LIMIT_MS = 60_000;
const ECHO_PORT = 7_000;
const COUNT_PORT = 7_001;
const UDP_PORT = 7_002;
/** The server counts for so long, and ends its side while nobody is there. */
const COUNTED = { lines: 130, periodMs: 100 };
/** What is expected of it is three seconds; a busy machine may take one more. */
const BACK_WITHIN_MS = 4_000;

Deno.test(
  "a laptop that was closed goes on where it was, at other addresses, and nothing is lost",
  {
    ignore,
  },
  async () => {
    await using lab = await Lab.create();
    const { laptop, server } = lab;
    const signal = AbortSignal.timeout(LIMIT_MS);
    const kit = (file: string, ...args: readonly (number | string)[]) =>
      server.start([
        Deno.execPath(),
        "run",
        "-q",
        "--no-config",
        "-A",
        "--unstable-net",
        fileURLToPath(new URL(`./kit/${file}`, import.meta.url)),
        ...args.map(String),
      ]);
    await kit("echo_server.ts", ECHO_PORT).waitFor(/ready/, signal);
    const counting = kit("counting_server.ts", COUNT_PORT, COUNTED.lines, COUNTED.periodMs);
    await counting.waitFor(/ready/, signal);
    await kit("port_server.ts", UDP_PORT).waitFor(/ready/, signal);
    const pair = await Pair.start(lab, {
      services: { echo: ECHO_PORT, count: COUNT_PORT },
      datagramServices: { udp: UDP_PORT },
      settings: { udp: "idle: 5s" },
      // A silence is taken for a lost network sooner than usual, as nobody waits for half a minute.
      snaptYaml: "timeouts: { inactivity: 4s }\n",
    });
    const client = new WordClient({ lab, pair, signal }, "echo");
    await client.chat();
    const { host, port } = pair.target("count");
    const reader = laptop.start(["bash", "-c", `cat </dev/tcp/${host}/${port}; echo the end`]);
    await reader.waitFor(/line 3\n/, signal);

    const udp = pair.target("udp");
    const asker = laptop.start([
      "bash",
      "-c",
      `exec 4<>/dev/udp/${udp.host}/${udp.port}; while read -r line; do echo "$line" >&4; head -n 1 <&4; done`,
    ]);
    const askForPort = async () => {
      await asker.write("from where?\n");
      return (await asker.waitFor(/from (\d+)\n/, signal))[1];
    };
    const portBefore = await askForPort();

    pair.cnapt.signal("SIGSTOP");
    await client.say();
    await Promise.all([laptop.unplug("eth0"), laptop.unplug("wlan0")]);
    await counting.waitFor(/said all/, signal);
    const { stdout } = await pair.run("snapt", ["status"]);
    assert(/0 connected, 1 away/.test(stdout), stdout);
    assert(
      /away since .*, kept until .*; 2 connections and \d{3,} bytes wait/.test(stdout),
      stdout,
    );
    laptop.takeNextAddress("eth0");
    laptop.takeNextAddress("wlan0");
    await Promise.all([laptop.plug("eth0"), laptop.plug("wlan0")]);
    const woke = performance.now();
    pair.cnapt.signal("SIGCONT");
    await client.hear();
    const tookMs = performance.now() - woke;
    await reader.waitFor(/the end\n/, signal);
    const endMs = performance.now() - woke;
    console.log(
      `first echo after ${tookMs.toFixed()} ms, the end of the other after ${endMs.toFixed()}`,
    );
    assert(endMs < BACK_WITHIN_MS, `${tookMs} ms, ${endMs} ms\n${pair.cnapt.output}`);
    const lines = Array.from({ length: COUNTED.lines }, (_, index) => `line ${index + 1}\n`);
    assertEquals(reader.output, `${lines.join("")}the end\n`);
    await client.chat();
    assertEquals(await askForPort(), portBefore, "the UDP conversation is another one");
    assert(pair.cnapt.output.includes("woke"), pair.cnapt.output);
  },
);
