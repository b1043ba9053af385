import { offeredClientPort } from "../../config/client_service_config.ts";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { placesOf, type SiteConfig } from "../../config/site_config.ts";
import { formatHostPort } from "../../config/host_port.ts";
import {
  formatStreamAddress,
  isUnixPath,
  type StreamAddress,
} from "../../config/stream_address.ts";
import {
  formatSourceRange,
  isOwnMachine,
  type SourceRange,
} from "../../core/access/source_list.ts";
import { describeProvider } from "./describe_provider.ts";
import type { FoundConfig } from "../places/find_config.ts";
import type { CnaptState } from "../places/state_files.ts";
import { exposureOf } from "../program/load_config.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside } from "../program/show.ts";

/** `cnapt check`: reading the configuration has found no mistake; says what it comes to. */
export async function cnaptCheck(
  found: FoundConfig & { readonly state: CnaptState },
  config: CnaptConfig,
  isJson: boolean,
): Promise<void> {
  const { file: configFile, others, state } = found;
  const exposure = await exposureOf(configFile);
  if (exposure !== null) showAside(exposure);
  if (isJson) {
    const sites = [...config.sites].map(([name, site]) => ({
      name,
      as: site.ticket.name,
      addresses: placesOf(site).map(formatHostPort),
      services: site.services === null ? null : [...site.services.keys()],
    }));
    return showDocument("cnapt.check/1", {
      file: configFile,
      others,
      state: state.folder,
      ok: true,
      exposure,
      sites,
    });
  }
  for (const [name, site] of config.sites) {
    for (const line of siteLines(name, site, config.allow ?? [])) show(line);
  }
  for (const provider of config.providers ?? []) {
    show(describeProvider(provider));
  }
  for (const other of others) show(`${other} is there as well and is not read.`);
  show(`What CNAPT keeps is in ${state.folder}.`);
  show(`${configFile} has no mistakes.`);
}

/** What one site offers, where, and to whom. */
export function siteLines(
  name: string,
  site: SiteConfig,
  allow: readonly SourceRange[],
): readonly string[] {
  const { ticket, services, socks5, http, clientServices } = site;
  const security = ticket.certificate === null ? "without TLS" : "with TLS";
  const where = placesOf(site).map(formatHostPort).join(" or ");
  const offers = services === null
    ? ", offers every service that SNAPT announces, to this machine"
    : "";
  const lines = [`site ${name}: ${where} ${security}, as ${ticket.name}${offers}`];
  for (const [service, offer] of services ?? []) {
    const at = `${formatStreamAddress(offer.listen)}${offer.protocol === "udp" ? "/udp" : ""}`;
    const users = usersOf(offer.listen, offer.allow ?? allow);
    lines.push(`  ${service.padEnd(16)} ${at}, for ${users}`);
  }
  for (const [kind, listen] of [["socks5", socks5], ["http", http]] as const) {
    if (listen === null) continue;
    lines.push(`  ${kind.padEnd(16)} ${formatHostPort(listen)}, for ${usersOf(listen, allow)}`);
  }
  for (const [service, offer] of clientServices) {
    const port = `${offeredClientPort(offer)}/${offer.protocol}`;
    const to = formatStreamAddress(offer.to);
    lines.push(`  ${service.padEnd(16)} ${to}, for programs beside SNAPT on port ${port}`);
  }
  return lines;
}

function usersOf(listen: StreamAddress, allow: readonly SourceRange[]): string {
  if (isUnixPath(listen) || isOwnMachine(listen.host)) return "this machine";
  return ["this machine", ...allow.map(formatSourceRange)].join(", ");
}
