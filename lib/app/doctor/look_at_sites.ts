import { certificatePem } from "../../config/pem.ts";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { placesOf, type SiteConfig } from "../../config/site_config.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { serverNameOf } from "../../config/server_name.ts";
import { isRelayed } from "../../relay/link/not_at_relay.ts";
import type { ProbeResult } from "../../relay/link/probe_result.ts";
import { ParkedLinks } from "../../relay/link/parked_links.ts";
import { StandbyLinks } from "../../relay/link/standby_links.ts";
import { LinkDialer } from "../../relay/link/link_dialer.ts";
import type { Provider } from "../../relay/network/provider.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import { passOnOurs } from "../../relay/run/whose_fault.ts";
import { resolveHost } from "../../net/resolve.ts";
import { Log } from "../program/log.ts";
import { ProviderTable } from "../providers/provider_table.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";

const PROBE_LIMIT_MS = 5_000;

/** A network, and what came of asking for SNAPT over it. */
interface Probed {
  readonly provider: Provider;
  readonly result: ProbeResult;
}

/** Every SNAPT: whether its name is known, and whether it answers over each network. */
export async function lookAtSites(config: CnaptConfig): Promise<readonly Finding[]> {
  const table = new ProviderTable(config.providers);
  const log = Log.open({ level: config.log.level });
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log, "doctor");
  const all = await Promise.all(
    [...config.sites].map(([name, site]) => lookAtSite(name, site, table, { tasks, log })),
  );
  tasks.close();
  return all.flat();
}

async function lookAtSite(
  name: string,
  site: SiteConfig,
  table: ProviderTable,
  { tasks, log }: { readonly tasks: TaskGroup; readonly log: Log },
): Promise<readonly Finding[]> {
  const { ticket } = site;
  const places = placesOf(site);
  const [address, ...others] = places;
  const about = `site ${name}`;
  const areKnown = await Promise.all(places.map(({ host }) => isKnown(host)));
  if (!areKnown.includes(true)) {
    return [fails(
      about,
      `the name ${address.host} is not known here`,
      "check the name server, or put the address into `address:` of the site",
    )];
  }
  const tls = ticket.certificate === null ? null : {
    ca: certificatePem(ticket.certificate),
    serverName: serverNameOf(site.serverName, ticket.id),
  };
  const credentials = { id: ticket.id, key: ticket.key };
  const relay = isRelayed(tls) ? ticket.address : null;
  const endpoint = { ...address, others, relay, tls, credentials };
  const dialer = new LinkDialer({ endpoint, tasks });
  const standby = new StandbyLinks({ dialer, parked: new ParkedLinks({ tasks, log }), tasks });
  const stopping = new AbortController();
  try {
    const probed = await probeAsNeeded(
      (isNeeded) => table.towards(address.host, () => isNeeded).candidates(),
      (provider) => standby.probe(provider, 0, PROBE_LIMIT_MS, stopping.signal),
    );
    return siteFindings(
      about,
      places.map((place) => shownPlace(place, relay)).join(" or "),
      probed,
    );
  } finally {
    stopping.abort();
    standby.close();
  }
}

/** Networks that count only where no other leads to SNAPT, such as a VPN, are tried only then. */
export async function probeAsNeeded(
  candidates: (isNeeded: boolean) => readonly Provider[],
  probe: (provider: Provider) => Promise<ProbeResult>,
): Promise<readonly Probed[]> {
  const over = (providers: readonly Provider[]) =>
    Promise.all(providers.map(async (provider) => ({ provider, result: await probe(provider) })));
  const usual = await over(candidates(false));
  if (isReached(usual)) return usual;
  const tried = new Set(usual.map(({ provider }) => provider.key));
  return [...usual, ...await over(candidates(true).filter(({ key }) => !tried.has(key)))];
}

function isReached(probed: readonly Probed[]): boolean {
  return probed.some(({ result }) => result.reach.kind === "answering");
}

function shownPlace(place: HostPort, relay: HostPort | null): string {
  const at = formatHostPort(place);
  return relay !== null && formatHostPort(relay) === at ? `its relay ${at}` : at;
}

async function isKnown(host: string): Promise<boolean> {
  try {
    await resolveHost(host);
    return true;
  } catch (error) {
    passOnOurs(error);
    return false;
  }
}

/** A network over which SNAPT is not reached is only worth attention while another one leads there. */
export function siteFindings(
  about: string,
  where: string,
  probed: readonly Probed[],
): readonly Finding[] {
  const lessThanFailure = isReached(probed) ? attention : fails;
  if (probed.length === 0) {
    return [fails(about, `${where} cannot be tried: there is no network to try it over`)];
  }
  return probed.map(({ provider, result: { reach, roundTripMs } }) => {
    const over = `${where} over ${provider.key}`;
    switch (reach.kind) {
      case "answering":
        return ok(about, `SNAPT answers at ${over}, ${(roundTripMs ?? 0).toFixed(1)} ms`);
      case "impostor":
        return lessThanFailure(
          about,
          `somebody else answers at ${over}: ${reach.detail}`,
          "log in to the network if it asks for that; otherwise the site is of another SNAPT",
        );
      case "silent":
        return lessThanFailure(about, `${over}: ${reach.detail}`, remedyFor(reach));
      case "untried":
        return attention(about, `${over} was not tried`);
    }
  });
}

function remedyFor({ detail }: { readonly detail: string }): string {
  if (detail.startsWith("SNAPT is not connected to its relay")) {
    return "see on SNAPT's machine that it runs; `snapt status` there says why it is not connected";
  }
  return detail.startsWith("SNAPT refuses")
    ? "ask who runs SNAPT for a new code (`snapt invite NAME`), and `cnapt join` it"
    : "check that SNAPT runs there, and that no firewall or router blocks its port on the way";
}
