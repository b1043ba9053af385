import type { Identity } from "../../config/identity.ts";
import type { RelayKeys } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import type { ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import { isOwnMachine } from "../../core/access/source_list.ts";
import {
  type MappingWay,
  reachableOuter,
  type WantedPorts,
} from "../../core/mapping/mapping_way.ts";
import { findSnaptAddress } from "../../net/snapt_address.ts";
import { StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";
import type { WantedPort } from "./firewall_rules.ts";
import { lookAtFirewall } from "./look_at_firewall.ts";
import { lookAtPlace, type Place } from "./look_at_place.ts";
import { type ConnectedClient, reachFindings } from "./look_at_reach.ts";
import { mappingFindings } from "./mapping_findings.ts";
import { besideRelays, lookAtRelays } from "./look_at_relays.ts";

/** A SNAPT that runs: what it says of itself, and its CNAPTs; null where it could not be asked. */
interface Asked {
  readonly finding: Finding;
  readonly clients: readonly ConnectedClient[] | null;
  readonly relays: readonly ThroughRelaySnapshot[] | null;
  /** What it says of its router; an earlier version says nothing. */
  readonly mapping: readonly MappingWay[] | null;
}

/**
 * The ports that SNAPT wants or has, the firewall before them, whether others reach them, and the
 * relays that it goes through.
 */
export async function lookAtSnaptPorts(
  config: SnaptConfig,
  identity: Identity | null,
  relayKeys: RelayKeys,
): Promise<readonly Finding[]> {
  const { finding, clients, relays, mapping } = await askRunning(config, identity);
  // One that runs has them.
  const ports = clients !== null ? [] : await Promise.all(placesOf(config).map(lookAtPlace));
  const own = await findSnaptAddress(config);
  const [outer] = (mapping ?? []).flatMap((way) => reachableOuter(way) ?? []);
  return [
    finding,
    ...config.status === null ? ports.map(perhapsItsOwn) : ports,
    ...await lookAtFirewall(wantedPorts(config)),
    ...mappingFindings(config, own, { ways: mapping, ports: portsOf(config), clients }),
    ...besideRelays(
      reachFindings(config, own, clients, outer === undefined ? null : outer.host),
      relays ?? [],
    ),
    ...await lookAtRelays(config, relayKeys, relays),
  ];
}

/** Without the endpoint nobody can tell whether it is the SNAPT of this configuration that has it. */
function perhapsItsOwn(finding: Finding): Finding {
  return finding.level === "fails" ? { ...finding, level: "attention" } : finding;
}

async function askRunning(config: SnaptConfig, identity: Identity | null): Promise<Asked> {
  if (config.status === null) {
    const text = "it is off, so a running SNAPT cannot be asked";
    return { finding: ok("status endpoint", text), clients: null, relays: null, mapping: null };
  }
  if (identity === null) {
    const text = "without the identity a running SNAPT cannot be asked";
    const finding = attention("status endpoint", text);
    return { finding, clients: null, relays: null, mapping: null };
  }
  const client = new StatusClient("SNAPT", config.status, {
    token: snaptStatusToken(identity.secret),
    absence: "",
  });
  try {
    const { site, sessions, relays = [], mapping }: {
      readonly site: string;
      readonly sessions: readonly ConnectedClient[];
      readonly relays?: readonly ThroughRelaySnapshot[];
      readonly mapping?: readonly MappingWay[];
    } = JSON.parse(await client.get("/status.json"));
    const text = `site ${site}, ${sessions.length} connected or away`;
    return {
      finding: ok("running SNAPT", text),
      clients: sessions,
      relays,
      mapping: mapping ?? null,
    };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const isAbsent = error instanceof StatusUnreachable && error.kind === "absent";
    const finding = isAbsent
      ? attention("status endpoint", "no SNAPT runs with this configuration", "`snapt` runs it")
      : fails("status endpoint", error.message);
    return { finding, clients: null, relays: null, mapping: null };
  }
}

/** What a router would have to lead here. */
function portsOf({ listen, services }: SnaptConfig): WantedPorts {
  const tcp = listen.find(({ host }) => !isOwnMachine(host))?.port ?? 0;
  const hasUdp = [...services.values()].some(({ protocol }) => protocol === "udp");
  return { tcp, udp: hasUdp ? tcp : null };
}

function placesOf({ listen, status, metrics, services }: SnaptConfig): readonly Place[] {
  const hasUdp = [...services.values()].some(({ protocol }) => protocol === "udp");
  const links = listen.flatMap((place): readonly Place[] => [
    { about: `port ${place.port}/tcp`, listen: place, protocol: "tcp" },
    ...hasUdp ? [{ about: `port ${place.port}/udp`, listen: place, protocol: "udp" } as const] : [],
  ]);
  return [
    ...links,
    ...status === null
      ? []
      : [{ about: "status endpoint", listen: status, protocol: "tcp" } as const],
    ...metrics === null ? [] : [{ about: "metrics", listen: metrics, protocol: "tcp" } as const],
  ];
}

function wantedPorts(config: SnaptConfig): readonly WantedPort[] {
  const links = placesOf({ ...config, status: null, metrics: null });
  const wanted = links.map(({ listen: { port }, protocol }) => ({ port, protocol }));
  return wanted.filter(({ port, protocol }, at) =>
    port !== 0 && !wanted.slice(0, at).some((one) => one.port === port && one.protocol === protocol)
  );
}
