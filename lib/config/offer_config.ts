import { isOwnMachine, parseSourceRange, type SourceRange } from "../core/access/source_list.ts";
import { type Compression, COMPRESSIONS } from "../core/wire/stream_opening.ts";
import { fileMode, streamListen } from "./common_settings.ts";
import {
  listOf,
  object,
  oneOf,
  optional,
  parsed,
  type Place,
  type Reader,
  required,
} from "./schema.ts";
import { formatStreamAddress, isUnixPath, type StreamAddress } from "./stream_address.ts";

/** Where CNAPT offers a service. */
export interface OfferConfig {
  readonly listen: StreamAddress;
  /** Who may connect to a Unix socket: its permissions. */
  readonly mode: number | null;
  /** Null: what SNAPT says it is. */
  readonly protocol: "tcp" | "udp" | null;
  /** How the streams are packed on the wire; null: as SNAPT would like it. */
  readonly compress: Compression | null;
  /** Which other hosts may use it; null: those that the `allow` of the whole has. */
  readonly allow: readonly SourceRange[] | null;
}

const LISTEN_REMEDY = "say where programs find it, `listen: 127.0.0.1:2222`";
/** A host, or a range of addresses. */
export const sourceRange: Reader<SourceRange> = parsed(
  (value) => parseSourceRange(String(value ?? "")),
  { family: 4, first: 0n, last: 0n },
  { kind: "text", what: "an address or a range of them", pattern: ".", example: "192.168.7.0/24" },
);

/** Which hosts may use what they can reach. */
export const sourceList: Reader<readonly SourceRange[]> = listOf(sourceRange);

export const offerConfig: Reader<OfferConfig> = object({
  listen: required(streamListen, LISTEN_REMEDY, "Where programs on this side connect to."),
  mode: optional(fileMode, null, {
    says: "The permissions of a Unix socket, which say who may connect to it.",
    usual: "its owner alone",
  }),
  protocol: optional(oneOf("tcp", "udp"), null, {
    says: "Whether it is for connections or datagrams.",
    usual: "as SNAPT says",
  }),
  compress: optional(oneOf(...COMPRESSIONS), null, {
    says: "How connections are packed on the way.",
    usual: "as snapt.yaml says",
  }),
  allow: optional(sourceList, null, {
    says: "Which other hosts may use it, where listen is an address that they reach.",
    ...{ usual: "as allow of the whole says", example: "[192.168.7.0/24]" },
  }),
});

/** What only shows between the settings; `general`: the `allow` of the whole. */
export function checkOffer(
  { listen, mode, protocol, compress, allow }: OfferConfig,
  general: readonly SourceRange[] | null,
  at: Place,
): void {
  if (protocol === "udp" && compress !== null && compress !== "none") {
    at.field("compress").problem("it is for TCP: datagrams are not packed");
  }
  if (isUnixPath(listen) && protocol === "udp") {
    at.field("listen").problem("a Unix socket is for TCP services only");
  }
  if (!isUnixPath(listen) && mode !== null) {
    at.field("mode").problem("it is for Unix sockets: leave it out");
  }
  if (isOwn(listen) && allow !== null) {
    at.field("allow").problem("no other host reaches it: leave it out");
  }
  checkReach(listen, allow ?? general, at.field("listen"));
}

/** Whoever reaches what CNAPT offers is this CNAPT to SNAPT: nobody is to find that out later. */
export function checkReach(
  listen: StreamAddress,
  allow: readonly SourceRange[] | null,
  at: Place,
): void {
  if (isOwn(listen) || allow !== null) return;
  at.problem(
    `other hosts can reach ${
      formatStreamAddress(listen)
    }: say which of them are allowed to use it, ` +
      '`allow: ["192.168.7.0/24"]`, or listen on 127.0.0.1',
  );
}

/** Whether only this machine reaches it; also what could not be read, which was reported. */
function isOwn(listen: StreamAddress): boolean {
  return isUnixPath(listen) || listen.host === "" || isOwnMachine(listen.host);
}
