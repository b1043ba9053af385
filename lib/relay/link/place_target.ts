import type { DialTarget } from "../../net/dial.ts";

/** Where SNAPT may be. */
export interface PlaceTarget extends DialTarget {
  /** What is asked for in TLS; null: nothing. */
  readonly serverName: string | null;
  /** `relay`: a relay answers there, which leads to SNAPT by that name. */
  readonly by: "itself" | "relay";
  /** SNAPT is perhaps about to leave it; absent: it is not. */
  readonly standing?: "last";
}

/** Tells places apart, however SNAPT stands to them. */
export function placeKey({ host, port, serverName }: PlaceTarget): string {
  return JSON.stringify([host.toLowerCase(), port, serverName]);
}
