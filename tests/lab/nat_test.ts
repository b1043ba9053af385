/** A router that forgets connections which are idle, on the compiled programs. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing(["nft"]);
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 50 } };
const ECHO = 7_002;
const LATE = 7_003;
const LIMIT_MS = 30_000;
/** As 30 s are to a conversation that is idle for 100 s, so that nobody has to wait for so long. */
const FORGOTTEN_AFTER_S = 4;
const IDLE_MS = 13_000;
/** A second, and what a busy machine adds. */
const GAP_LIMIT_MS = 1_500;
const CONVERSATIONS = 3;

const run = (path: string, ...args: readonly (string | number)[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = () => AbortSignal.timeout(LIMIT_MS);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes the provider of eth0 a NAT that answers to what it does not know so. */
async function putNat(lab: Lab, answer: "nothing" | "reset"): Promise<void> {
  const verdict = answer === "nothing" ? "drop" : "reject with tcp reset";
  await lab.hosts.providers.eth0.configure(`
sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=${FORGOTTEN_AFTER_S}
sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
nft -f - <<'END'
table ip nat {
  chain out { type nat hook postrouting priority srcnat; oifname "uplink" masquerade
  }
}
table ip filter {
  chain through { type filter hook forward priority filter
    ip protocol tcp ct state invalid ${verdict}
    iifname "uplink" ct state new ${verdict}
  }
  chain own { type filter hook input priority filter
    iifname "uplink" ip protocol tcp ${verdict}
  }
}
END`);
}

/** A pair behind such a NAT whose conversations have been idle for long. */
async function idlePair(lab: Lab, answer: "nothing" | "reset") {
  await putNat(lab, answer);
  await lab.server.start(run("./kit/echo_server.ts", ECHO)).waitFor(/ready/, limit());
  const speaker = lab.server.start(run("./programs/late_words.ts", "serve", LATE));
  await speaker.waitFor(/ready/, limit());
  const pair = await Pair.start(lab, { services: { echo: ECHO, late: LATE } });
  await pair.waitUntilOn("eth0");
  const start = async (args: readonly string[]) => {
    const client = lab.laptop.start(args);
    await client.waitFor(/ready/, limit());
    return client;
  };
  const echoed = await start(
    run("./programs/idle_words.ts", pair.target("echo").port, CONVERSATIONS),
  );
  const late = pair.target("late").port;
  const listening = await start(run("./programs/late_words.ts", "listen", late, CONVERSATIONS));
  await pause(IDLE_MS);
  return { pair, speaker, echoed, listening };
}

for (const answer of ["nothing", "reset"] as const) {
  Deno.test(
    `conversations that a NAT has forgotten, and answers ${answer} for, go on within a second`,
    { ignore },
    async () => {
      await using lab = await Lab.create({ wires: WIRES });
      const { pair, speaker, echoed, listening } = await idlePair(lab, answer);
      // The server has something to say first, on all of them.
      await speaker.write("say\n");
      const [, said] = await speaker.waitFor(/said (\d+)/, limit());
      const [, heard] = await listening.waitFor(/heard (\d+)/, limit());
      const fromServer = Number(heard) - Number(said);
      // And the client on each of its own.
      const fromClient: number[] = [];
      for (let count = 0; count < CONVERSATIONS; count++) {
        await echoed.write("say\n");
        const [, ms] = await echoed.waitFor(/answered after (\d+) ms/, limit());
        fromClient.push(Number(ms));
      }
      const all = `the server's word took ${fromServer} ms, the client's ${
        fromClient.join(", ")
      } ms`;
      console.log(all);
      const { switches, provider } = await pair.status();
      assertEquals([switches.length, provider], [0, "eth0"]);
      assert(Math.max(fromServer, ...fromClient) < GAP_LIMIT_MS, `${all}\n${pair.cnapt.output}`);
    },
  );
}
