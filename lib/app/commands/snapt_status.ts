import type { SnaptConfig } from "../../config/snapt_config.ts";
import { describeWay, type MappingWay } from "../../core/mapping/mapping_way.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { ClientServiceSnapshot } from "../../relay/client_service/client_service_ports.ts";
import type { ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import type { AwaySnapshot } from "../../relay/session/away_snapshot.ts";
import { describeAway } from "../../status/words/describe_away.ts";
import { describeRelay } from "../../status/words/describe_relay.ts";
import { runningSnapt } from "./running_snapt.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

interface SnaptDocument {
  readonly site: string;
  readonly mapping?: readonly MappingWay[];
  readonly services: readonly {
    readonly name: string;
    readonly to: string;
    readonly protocol: string;
  }[];
  /** One that runs since before has none. */
  readonly network?: string | null;
  readonly relays?: readonly ThroughRelaySnapshot[];
  readonly sessions: readonly {
    readonly client: string;
    readonly state: string;
    readonly from: string;
    readonly relay?: string | null;
    readonly roundTripMs: number | null;
    readonly away: AwaySnapshot | null;
    readonly streams: number;
    readonly applications: readonly {
      readonly service: string;
      readonly opener: "client" | "server";
      readonly source: string;
    }[];
    readonly clientServices: readonly ClientServiceSnapshot[];
    readonly flows: readonly { readonly service: string; readonly application: string }[];
    readonly switches: number;
  }[];
}

/** `snapt status`: who is connected. */
export async function snaptStatus(
  identityFile: string,
  config: SnaptConfig,
  isJson: boolean,
): Promise<void> {
  const body = await (await runningSnapt(identityFile, config)).get("/status.json");
  if (isJson) return showDocument("snapt.status/1", JSON.parse(body));
  const now: SnaptDocument = JSON.parse(body);
  const away = now.sessions.filter((session) => session.away !== null).length;
  const absent = away === 0 ? "" : `, ${away} away`;
  show(`site ${now.site}: ${now.sessions.length - away} connected${absent}`);
  for (const { name, to, protocol } of now.services) {
    show(`  ${name.padEnd(16)} ${to}/${protocol}`);
  }
  if (now.network !== undefined && now.network !== null) {
    show(
      `  ${"network".padEnd(16)} reached over ${now.network} alone (snapt switch --all ends that)`,
    );
  }
  for (const line of (now.relays ?? []).flatMap(describeRelay)) show(line);
  for (const line of (now.mapping ?? []).flatMap((way) => describeWay(way) ?? [])) {
    show(`  ${"router".padEnd(16)} ${line}`);
  }
  for (const session of now.sessions) {
    const { client, state, from, roundTripMs, streams, applications, flows, switches } = session;
    const by = session.relay === undefined || session.relay === null
      ? ""
      : ` by the relay ${session.relay}`;
    const trip = roundTripMs === null || session.away !== null ? "" : `, ${roundTripMs} ms`;
    show(
      `${client.padEnd(20)} ${state} from ${from}${by}${trip}, ${streams} connections, ` +
        `${flows.length} flows, ${switches} switches`,
    );
    if (session.away !== null) show(`  ${describeAway(session.away)}`);
    const datagrams = flows.map(({ service, application }) => ({ service, source: application }));
    const own = applications.filter(({ opener }) => opener === "client");
    for (const line of hostsBehind([...own, ...datagrams])) show(`  ${line}`);
    for (const { name, protocol, address, reason, refused } of session.clientServices) {
      const where = address === "" ? `not open: ${reason}` : `${address}/${protocol}`;
      const calls = applications.filter((one) => one.opener === "server" && one.service === name);
      const users = address === "" ? "" : `, ${calls.length} connections`;
      const others = refused === 0 ? "" : `, ${refused} not allowed`;
      show(`  offers ${name.padEnd(11)} ${where}${users}${others}`);
    }
  }
}

/** One line for each host beside or behind a CNAPT: which services it uses, how often. */
function hostsBehind(
  applications: readonly { readonly service: string; readonly source: string }[],
): readonly string[] {
  const hosts = new Map<string, Map<string, number>>();
  for (const { service, source } of applications) {
    const host = hostOf(source) || "unknown";
    const services = hosts.get(host) ?? new Map<string, number>();
    services.set(service, (services.get(service) ?? 0) + 1);
    hosts.set(host, services);
  }
  return [...hosts].map(([host, services]) => {
    const uses = [...services].map(([name, count]) => count > 1 ? `${name} (${count})` : name);
    return `${host.padEnd(18)} ${uses.join(", ")}`;
  });
}
