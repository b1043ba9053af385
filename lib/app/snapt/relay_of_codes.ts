import type { HostPort } from "../../config/host_port.ts";
import { RelayKeys } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { relayName } from "../../core/relay/relay_name.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";

/** Where a relay is, and the name by which it knows this SNAPT. */
export interface RelayOfCodes {
  readonly address: HostPort;
  readonly route: string;
}

/**
 * The relay that codes go by when nobody says an address: the first that there is a key for; null:
 * none.
 *
 * @throws {RelayKeysFailed} the keys cannot be read
 */
export async function relayOfCodes(
  keysFile: string,
  { through }: Pick<SnaptConfig, "through">,
): Promise<RelayOfCodes | null> {
  const keys = new RelayKeys(keysFile);
  for (const [name, address] of through) {
    const key = await keys.find(name);
    if (key === null) continue;
    return {
      address,
      route: relayName("route", Uint8Array.fromHex(key.keyHex), PAIRING_HASHES),
    };
  }
  return null;
}
