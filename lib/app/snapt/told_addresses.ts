import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { MappingWay } from "../../core/mapping/mapping_way.ts";
import { findInvitedAddresses, type InvitedAddresses } from "./invited_addresses.ts";
import { readAddresses } from "./invitation_terms.ts";
import { withMapped } from "./mapped_addresses.ts";
import { nearbyAddresses, withNearby } from "./nearby_addresses.ts";
import type { RelayOfCodes } from "./relay_of_codes.ts";

/** From what it is made where a code says that SNAPT is. */
export interface ToldFrom {
  readonly config: SnaptConfig;
  /** What somebody gave; the first one is in the code. Empty: a guess. */
  readonly addresses: readonly string[];
  /** Puts those of the LAN behind `addresses` too; absent: where nobody gave any. */
  readonly hasLan?: boolean;
  /** What is called wrong where one of `addresses` is. */
  readonly what?: string;
  /** The relay that codes go by; null: none. */
  readonly relay: RelayOfCodes | null;
  /** What the router says that it leads here. */
  readonly mapping: () => Promise<readonly MappingWay[]>;
}

/**
 * What a code or ticket says of where SNAPT is, and what to tell whoever made it.
 *
 * @throws {UsageError} one of `addresses` is none
 * @throws {CommandFailed} nobody gave one, and none can be found
 */
export async function toldAddresses(from: ToldFrom): Promise<InvitedAddresses> {
  const { addresses, hasLan = addresses.length === 0, config, what, relay, mapping } = from;
  const nearby = hasLan ? nearbyAddresses(config) : [];
  if (addresses.length > 0) {
    return { ...withNearby(readAddresses(addresses, config, what), nearby), words: "" };
  }
  if (relay !== null) return { ...withNearby([relay.address], nearby), words: "" };
  const found = withMapped(await findInvitedAddresses(config), await mapping());
  return { ...found, ...withNearby(found.addresses, nearby) };
}
