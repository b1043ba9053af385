import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { counted } from "../../status/words/counted.ts";

type Stream = CnaptDocument["streams"][number];
type Flow = CnaptDocument["flows"][number];

/** One service of a site, or one that this machine offers to server applications. */
export interface ServiceView {
  readonly name: string;
  readonly side: "here" | "toServers";
  readonly protocol: "tcp" | "udp";
  /** Where it is reached; empty: nowhere yet. */
  readonly address: string;
  /** What is typed to use it; null: it is not for ssh. */
  readonly sshCommand: string | null;
  readonly streams: readonly Stream[];
  readonly flows: readonly Flow[];
  /** What is wrong with it; empty: nothing. */
  readonly trouble: string;
}

export function serviceViews(document: CnaptDocument, site: string): readonly ServiceView[] {
  const facts = document.sites[site];
  if (facts === undefined) return [];
  const { streams, flows } = document;
  const streamsOf = (service: string, opener: Stream["opener"]) =>
    streams.filter((one) => one.site === site && one.service === service && one.opener === opener);
  const flowsOf = (service: string) =>
    flows.filter((one) => one.site === site && one.service === service);
  const offered = document.offers.filter((one) => one.site === site).map((one): ServiceView => ({
    name: one.service,
    side: "here",
    protocol: one.protocol,
    address: one.listen,
    sshCommand: one.sshCommand,
    streams: one.protocol === "tcp" ? streamsOf(one.service, "client") : [],
    flows: one.protocol === "udp" ? flowsOf(one.service) : [],
    trouble: [
      ...(one.isAnnounced ? [] : ["SNAPT does not offer it"]),
      ...(one.refused === 0 ? [] : [`${counted(one.refused, "attempt")} not allowed`]),
    ].join("; "),
  }));
  const given = facts.clientServices.map((one): ServiceView => ({
    name: one.name,
    side: "toServers",
    protocol: one.protocol,
    address: one.address,
    sshCommand: null,
    streams: streamsOf(one.name, "server"),
    flows: [],
    trouble: one.address !== ""
      ? ""
      : one.reason === ""
      ? "waits for SNAPT"
      : `not reached: ${one.reason}`,
  }));
  return [...offered, ...given];
}

/** Those of no service of the list: destinations that programs asked a proxy for. */
export function otherStreams(document: CnaptDocument, site: string): {
  readonly streams: readonly Stream[];
  readonly flows: readonly Flow[];
} {
  const views = serviceViews(document, site);
  const streams = new Set(views.flatMap((one) => one.streams));
  const flows = new Set(views.flatMap((one) => one.flows));
  return {
    streams: document.streams.filter((one) => one.site === site && !streams.has(one)),
    flows: document.flows.filter((one) => one.site === site && !flows.has(one)),
  };
}

/** Who waits, and why; streams with the same reason together. */
export function waitingIn(
  streams: readonly Stream[],
): readonly { readonly reason: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { held } of streams) {
    if (held !== null) counts.set(held, (counts.get(held) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count }));
}
