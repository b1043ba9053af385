import { join } from "node:path";

/** What a relay keeps, in files that only their owner may read. */
export interface RelayFiles {
  /** Its certificate and key. */
  readonly identity: string;
  /** The SNAPTs that it serves, with their keys. */
  readonly snapts: string;
  /** The codes that it has given out. */
  readonly invitations: string;
  /** What it has carried in this month. */
  readonly usage: string;
}

/** They are in the folder where the relay keeps what it writes. */
export function relayFiles(stateFolder: string): RelayFiles {
  return {
    identity: join(stateFolder, "relay.identity.json"),
    snapts: join(stateFolder, "relay.snapts.json"),
    invitations: join(stateFolder, "relay.invitations.json"),
    usage: join(stateFolder, "relay.usage.json"),
  };
}
