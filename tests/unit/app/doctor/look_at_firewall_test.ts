import { type AskSystem, lookAtFirewall } from "../../../../lib/app/doctor/look_at_firewall.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** A system on which these programs say that; others are not there. */
function systemOf(answers: Readonly<Record<string, readonly [number, string]>>): AskSystem {
  return ([program = ""]) => {
    const [code, out] = answers[program] ?? [];
    return Promise.resolve(out === undefined ? null : { code: code ?? 0, out, err: "" });
  };
}

const BOTH = [{ port: 7787, protocol: "tcp" }, { port: 7787, protocol: "udp" }] as const;
const CLOSED = "table inet f {\nchain i {\ntype filter hook input priority 0; policy drop;\n}\n}";

async function looked(
  answers: Parameters<typeof systemOf>[0],
  os: typeof Deno.build.os = "linux",
) {
  const [found, ...others] = await lookAtFirewall(BOTH, systemOf(answers), os);
  assertEquals(others, []);
  assert(found !== undefined);
  return found;
}

Deno.test("rules that refuse the ports are told with what to type for them", async () => {
  const bare = await looked({ nft: [0, CLOSED] });
  assertEquals(bare.level, "attention");
  assert(bare.text.includes("7787/tcp, 7787/udp"), bare.text);
  const ufw = await looked({ nft: [0, CLOSED], ufw: [0, "Status: active\n\nTo Action From"] });
  assertEquals(ufw.remedy, "`ufw allow 7787/tcp` and `ufw allow 7787/udp`");
  const firewalld = await looked({ nft: [0, CLOSED], "firewall-cmd": [0, "running"] });
  assert(firewalld.remedy.includes("--add-port=7787/tcp --add-port=7787/udp"), firewalld.remedy);
});

Deno.test("without rules, or without programs for them, all is well", async () => {
  assertEquals((await looked({ nft: [0, ""] })).text, "no rule refuses 7787/tcp, 7787/udp");
  assertEquals((await looked({ iptables: [0, "-P INPUT ACCEPT"] })).level, "ok");
  assertEquals((await looked({})).level, "ok");
});

Deno.test("what could not be seen is said", async () => {
  const { level, text, remedy } = await looked({ nft: [1, ""], iptables: [4, ""] });
  assertEquals(level, "attention");
  assert(text.includes("could not be seen") && remedy.includes("nft list ruleset"), remedy);
  const windows = await looked({ netsh: [0, "State    ON"] }, "windows");
  assert(windows.text.includes("could not be seen") && windows.remedy.includes("netsh"));
  assertEquals((await looked({ netsh: [0, "State    OFF"] }, "windows")).level, "ok");
});
