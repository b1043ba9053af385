/** How it stands with the mapping of one family of addresses, for people and programs. */
import type { MappedTransport, MappingMethod, OuterPort } from "./mapping_answer.ts";
import { outerAddressWords } from "./outer_address.ts";

/** Which ports of this machine are to be reached. */
export interface WantedPorts {
  readonly tcp: number;
  /** Null: nothing here uses datagrams. */
  readonly udp: number | null;
}

export interface MappingWay {
  readonly family: 4 | 6;
  /** `needless`: this machine has a public address itself. */
  readonly state: "asking" | "mapped" | "unmapped" | "needless";
  readonly method: MappingMethod | null;
  readonly router: string | null;
  /** The address of this machine that the router leads to. */
  readonly own: string | null;
  /** What the router says that it leads here. */
  readonly tcp: OuterPort | null;
  readonly udp: OuterPort | null;
  /** For how long at a time; null: until it is taken back, or there is none. */
  readonly lifetimeS: number | null;
  /** Since when, as ISO 8601. */
  readonly since: string | null;
  /** What is wrong with it, or why there is none; empty: nothing. */
  readonly words: string;
  /** What to do about it; empty: nothing. */
  readonly remedy: string;
}

const METHOD_NAMES: Readonly<Record<MappingMethod, string>> = {
  pcp: "PCP",
  "nat-pmp": "NAT-PMP",
  upnp: "UPnP",
};

export function methodName(method: MappingMethod): string {
  return METHOD_NAMES[method];
}

/** Where others reach this machine by it: nothing where the address is not a public one. */
export function reachableOuter({ state, tcp }: MappingWay): OuterPort | null {
  return state === "mapped" && tcp !== null && outerAddressWords(tcp.host) === null ? tcp : null;
}

/** What to enter in a router by hand. */
export function forwardingWords(own: string, ports: WantedPorts): string {
  const wanted: readonly (readonly [MappedTransport, number | null])[] = [
    ["tcp", ports.tcp],
    ["udp", ports.udp],
  ];
  const rows = wanted.flatMap(([transport, port]) =>
    port === null ? [] : [`${transport.toUpperCase()}, outer port ${port}, to ${own} port ${port}`]
  );
  return own.includes(":")
    ? `let in (IPv6 firewall): ${rows.join("; ")}`
    : `enter as port forwarding: ${rows.join("; ")}`;
}

/** How it stands, in one line; null: it is not worth one, as where there is no IPv6 at all. */
export function describeWay(way: MappingWay): string | null {
  const { family, state, method, router, tcp, udp, words } = way;
  const by = `${method === null ? "" : methodName(method)} at ${router ?? ""}`;
  const doubt = words === "" ? "" : `; ${words}`;
  switch (state) {
    case "mapped": {
      const ports = udp === null ? "TCP" : "TCP and UDP";
      return tcp === null ? null : `${portText(tcp)} (${ports}) leads here, by ${by}${doubt}`;
    }
    case "asking":
      return router === null ? null : `the router at ${router} is asked`;
    case "needless":
      return words;
    case "unmapped":
      return family === 6 && router === null ? null : `none for IPv${family}: ${words}`;
  }
}

function portText({ host, port }: OuterPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
