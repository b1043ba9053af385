import { askCommand } from "../../net/ask_command.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { attention, type Finding, ok } from "./finding.ts";
import {
  type FirewallVerdict,
  iptablesVerdict,
  nftVerdict,
  type WantedPort,
} from "./firewall_rules.ts";

/** What a program of the system said; null: there is none of this name. */
export type AskSystem = (
  argv: readonly string[],
) => Promise<{ readonly code: number; readonly out: string; readonly err: string } | null>;

const ABOUT = "firewall";
const TOOL_LIMIT_MS = 3_000;
/** Ordinary users often do not have these folders in their PATH. */
const SYSTEM_FOLDERS = ["", "/usr/sbin/", "/sbin/"];
const MACOS_FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw";

/** Whether the firewall of this machine seems to let the ports in. */
export async function lookAtFirewall(
  wanted: readonly WantedPort[],
  ask: AskSystem = askSystem,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<readonly Finding[]> {
  switch (os) {
    case "linux":
      return await lookAtRules(wanted, ask);
    case "windows":
      return switchedOn(await ask(["netsh", "advfirewall", "show", "currentprofile", "state"]), {
        on: /\bON\b/,
        remedy: wanted.map(({ port, protocol }) =>
          "`netsh advfirewall firewall add rule name=snapt dir=in action=allow " +
          `protocol=${protocol} localport=${port}\``
        ).join(" and ") + " as administrator",
      });
    case "darwin":
      return switchedOn(await ask([MACOS_FIREWALL, "--getglobalstate"]), {
        on: /enabled/i,
        remedy: "allow snapt in System Settings, Network, Firewall, Options",
      });
    default:
      return [];
  }
}

async function lookAtRules(
  wanted: readonly WantedPort[],
  ask: AskSystem,
): Promise<readonly Finding[]> {
  const nft = await ask(["nft", "list", "ruleset"]);
  if (nft?.code === 0) return await judge(nft.out, nftVerdict, { wanted, ask });
  const iptables = await ask(["iptables", "-S"]);
  if (iptables?.code === 0) return await judge(iptables.out, iptablesVerdict, { wanted, ask });
  const refused = nft ?? iptables;
  if (refused === null) return [ok(ABOUT, "there is no nft and no iptables here to ask")];
  return [attention(
    ABOUT,
    "its rules could not be seen: this user is not allowed to",
    `as root: \`snapt doctor\`, or \`${nft === null ? "iptables -S" : "nft list ruleset"}\``,
  )];
}

async function judge(
  rules: string,
  verdict: (rules: string, wanted: WantedPort) => FirewallVerdict,
  { wanted, ask }: { readonly wanted: readonly WantedPort[]; readonly ask: AskSystem },
): Promise<readonly Finding[]> {
  const judged = wanted.map((one) => ({ one, verdict: verdict(rules, one) }));
  const closed = judged.filter((each) => each.verdict === "closed").map(({ one }) => one);
  if (closed.length > 0) {
    return [attention(
      ABOUT,
      `it refuses what no rule lets in, and no rule was found for ${inWords(closed)}`,
      await remedyFor(closed, ask),
    )];
  }
  const isNamed = judged.some((each) => each.verdict === "named");
  return [ok(ABOUT, `${isNamed ? "a rule lets in" : "no rule refuses"} ${inWords(wanted)}`)];
}

/** What to type depends on the program that makes the rules. */
async function remedyFor(closed: readonly WantedPort[], ask: AskSystem): Promise<string> {
  const ports = closed.map(({ port, protocol }) => `${port}/${protocol}`);
  if ((await ask(["firewall-cmd", "--state"]))?.out === "running") {
    const added = ports.map((port) => `--add-port=${port}`).join(" ");
    return `\`firewall-cmd --permanent ${added}\` and \`firewall-cmd --reload\``;
  }
  if (/^Status: active/m.test((await ask(["ufw", "status"]))?.out ?? "")) {
    return ports.map((port) => `\`ufw allow ${port}\``).join(" and ");
  }
  return `let ${inWords(closed)} in where the rules are made`;
}

function inWords(ports: readonly WantedPort[]): string {
  return ports.map(({ port, protocol }) => `${port}/${protocol}`).join(", ");
}

function switchedOn(
  said: Awaited<ReturnType<AskSystem>>,
  { on, remedy }: { readonly on: RegExp; readonly remedy: string },
): readonly Finding[] {
  if (said === null || said.code !== 0) return [attention(ABOUT, "it could not be asked")];
  if (!on.test(said.out)) return [ok(ABOUT, "it seems to be off")];
  return [attention(ABOUT, "it is on, and whether it lets snapt in could not be seen", remedy)];
}

async function askSystem(argv: readonly string[]): Promise<Awaited<ReturnType<AskSystem>>> {
  const [name = "", ...args] = argv;
  const folders = Deno.build.os === "linux" ? SYSTEM_FOLDERS : [""];
  for (const folder of folders) {
    try {
      return await askCommand([folder + name, ...args], AbortSignal.timeout(TOOL_LIMIT_MS));
    } catch (error) {
      if (!(error instanceof CommandBroken)) throw error;
    }
  }
  return null;
}
