/**
 * Both networks let nothing through for a while, and nobody is told: a tunnel, a lift, a router that
 * restarts, which then has forgotten its connections. The compiled programs.
 */
import { fileURLToPath } from "node:url";
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { startGapClient } from "./programs/gap_client.ts";

const ignore = await isLabMissing(["nft", "ss"]);
const LIMIT_MS = 60_000;
const PORT = 7_000;
/** A dial is begun each second, later each two; the machine that runs this may be busy. */
const BACK_WITHIN_MS = 6_000;

const HOLES = [
  { name: "20 s", ms: 20_000, flows: "kept" },
  { name: "45 s", ms: 45_000, flows: "kept" },
  { name: "12 s in which the connections were forgotten", ms: 12_000, flows: "forgotten" },
] as const;

/** Time is what this is about: it passes for the kernel as well. */
function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** From now on both providers drop what belongs to connections that there are. */
async function forgetFlows(lab: Lab): Promise<void> {
  const { stdout } = await lab.laptop.run(["ss", "-Htn", "dport", "=", ":7787"]);
  const ports = [...stdout.matchAll(/:(\d+)\s+\S+:7787/g)].map(([, port]) => port);
  assert(ports.length > 0, "there are no connections to be forgotten");
  const rule = `
nft add table ip forgot
nft add chain ip forgot pass '{ type filter hook forward priority 0; }'
nft add rule ip forgot pass tcp sport '{ ${ports.join(", ")} }' drop`;
  await Promise.all(Object.values(lab.hosts.providers).map((host) => host.configure(rule)));
}

Deno.test("a conversation goes on soon after both networks were silent for", {
  ignore,
}, async (t) => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 10 }, b: { delayMs: 30 } } });
  const script = fileURLToPath(new URL("./kit/echo_server.ts", import.meta.url));
  const deno = [Deno.execPath(), "run", "-q", "--no-config", "-A"];
  const echo = lab.server.start([...deno, script, `${PORT}`]);
  await echo.waitFor(/ready/, AbortSignal.timeout(LIMIT_MS));
  const pair = await Pair.start(lab, { services: { echo: PORT } });
  for (const { name, ms, flows } of HOLES) {
    await t.step(name, async () => {
      const talk = await startGapClient(lab, pair.target("echo"));
      const wires = [lab.wire("a"), lab.wire("b")];
      await Promise.all(wires.map((wire) => wire.silence()));
      if (flows === "forgotten") await forgetFlows(lab);
      await passed(ms);
      await Promise.all(wires.map((wire) => wire.restore()));
      const gapMs = await talk.finish();
      console.log(`${name}: stood for ${gapMs} ms`);
      assert(gapMs > ms / 2 && gapMs <= ms + BACK_WITHIN_MS, `${gapMs} ms`);
    });
  }
});
