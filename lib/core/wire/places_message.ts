/** Where SNAPT says that it is reached; CNAPT tries these places beside those that it was given. */

/** Largest number of places in one `places` message. */
export const MAX_PLACES = 16;

/** Longest name at a relay, in bytes. */
export const MAX_ROUTE_BYTES = 32;

/**
 * What becomes of the place that CNAPT uses. `leave`: SNAPT is about to leave the network that it has
 * there; CNAPT moves its session before that.
 */
export const PLACE_ADVICE = ["stay", "leave"] as const;
export type PlaceAdvice = (typeof PLACE_ADVICE)[number];

/** `last`: SNAPT is perhaps about to leave it; to be dialled where nobody answers elsewhere. */
export const PLACE_STANDINGS = ["open", "last"] as const;

/** An address of SNAPT, or of a relay that it is reached by. */
export interface ToldPlace {
  readonly host: string;
  readonly port: number;
  /** The name of SNAPT at the relay; empty: the address is its own. */
  readonly route: string;
  /** Absent: it is open. */
  readonly standing?: "last";
}

/** Where SNAPT is reached now, the preferred place first; a later message replaces an earlier one. */
export interface Places {
  readonly kind: "places";
  readonly sequence: number;
  readonly advice: PlaceAdvice;
  readonly places: readonly ToldPlace[];
}
