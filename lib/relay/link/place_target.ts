import type { DialTarget } from "../../net/dial.ts";

/** Where SNAPT may be. */
export interface PlaceTarget extends DialTarget {
  /** What is asked for in TLS; null: nothing. */
  readonly serverName: string | null;
  /** `relay`: a relay answers there, which leads to SNAPT by that name. */
  readonly by: "itself" | "relay";
}
