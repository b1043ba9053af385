import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { defaultRouteDevices } from "../../net/default_route.ts";
import { openDatagramSocket } from "../../net/datagram_socket.ts";
import { interfaceType } from "../../net/interface_type.ts";
import { listAddresses, listInterfaces, type NetworkInterface } from "../../net/interfaces.ts";
import { wifiSignals } from "../../net/wifi_signal.ts";
import { ProviderTable } from "../providers/provider_table.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";
import { sharedSubnets } from "./shared_subnets.ts";
import { whyUnused } from "./why_unused.ts";

/** Every interface: what CNAPT makes of it, and whether sockets can be bound to it. */
export async function lookAtInterfaces(config: CnaptConfig): Promise<readonly Finding[]> {
  const table = new ProviderTable(config.providers);
  const interfaces = listInterfaces();
  // A name that is none of loopback: the rows are those for a SNAPT elsewhere.
  const rows = table.rowsTowards("snapt.invalid");
  const used = new Set(rows.map(({ device }) => device).filter((device) => device !== ""));
  const findings: Finding[] = [];
  for (const found of interfaces) {
    findings.push(
      used.has(found.name) ? await usedFinding(found) : unusedFinding(found, config),
    );
  }
  findings.push(...withoutAddress(interfaces));
  for (const { candidate, provider } of rows) {
    if (provider !== null) continue;
    findings.push(
      ok(`network ${candidate.key}`, "its `up:` command connects it when it is needed"),
    );
  }
  if (rows.length === 0) {
    findings.push(fails(
      "networks",
      "there is no network that CNAPT can use",
      "plug in a cable or join a Wi-Fi; CNAPT goes on by itself when something appears",
    ));
  }
  return [...findings, ...routeFindings(used), ...subnetFindings(used)];
}

async function usedFinding(found: NetworkInterface): Promise<Finding> {
  const type = interfaceType(found.name);
  const addresses = found.addresses.map(({ address }) => address).join(", ");
  const signal = wifiSignals().get(found.name);
  const strength = signal === undefined ? "" : `, signal ${signal} %`;
  const about = `interface ${found.name}`;
  const text = `used, ${type}, ${addresses}${strength}`;
  const problem = await bindingProblem(found);
  if (problem === null) return ok(about, text);
  return attention(
    about,
    `${text}; ${problem}`,
    "CNAPT chooses this interface by its source address only",
  );
}

/** Binds a socket for real, as this user; what is wrong with that, or null. */
async function bindingProblem({ name, addresses }: NetworkInterface): Promise<string | null> {
  const [first] = addresses;
  if (first === undefined) return null;
  const own = addresses.map(({ address }) => address);
  try {
    const via = { kind: "device", device: name, addresses: own } as const;
    const socket = openDatagramSocket({ host: first.address, port: 0, via }, {
      received: () => {},
      notSent: () => {},
    });
    await socket.close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unusedFinding(found: NetworkInterface, config: CnaptConfig): Finding {
  const type = interfaceType(found.name);
  const { level, why, remedy } = whyUnused(found, type, config.providers ?? []);
  const about = `interface ${found.name}`;
  const text = `not used, ${type}: ${why}`;
  return level === "ok" ? ok(about, text) : attention(about, text, remedy);
}

/** Interfaces of which the system lists only link-local addresses, which lead nowhere. */
function withoutAddress(interfaces: readonly NetworkInterface[]): readonly Finding[] {
  const known = new Set(interfaces.map(({ name }) => name));
  const others = new Set(
    listAddresses().map(({ name }) => name).filter((name) => !known.has(name)),
  );
  return [...others].map((name) =>
    attention(
      `interface ${name}`,
      "not used: it has link-local addresses only, so no network has given it an address",
      "check DHCP or router advertisements there; CNAPT uses the interface as soon as it has an address",
    )
  );
}

function routeFindings(used: ReadonlySet<string>): readonly Finding[] {
  const devices = defaultRouteDevices();
  if (devices === null) return [];
  return [...used].filter((name) => !devices.includes(name)).map((name) =>
    attention(
      `interface ${name}`,
      "there is no default route over it",
      "over this interface CNAPT reaches only a SNAPT in the same network, or a SNAPT with a route of its own",
    )
  );
}

function subnetFindings(used: ReadonlySet<string>): readonly Finding[] {
  const addresses = listAddresses().filter(({ name }) => used.has(name));
  return sharedSubnets(addresses).map(({ names, network }) =>
    attention(
      `interfaces ${names.join(" and ")}`,
      `both are in ${network}`,
      Deno.build.os === "linux"
        ? "CNAPT binds to the device and can tell them apart; other programs cannot"
        : "the system sends over either of them, whatever address CNAPT chooses",
    )
  );
}
