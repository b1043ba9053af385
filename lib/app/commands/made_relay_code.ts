import { ClientsStore } from "../../config/clients_store.ts";
import type { HostPort } from "../../config/host_port.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import type { MonthLimit } from "../../config/month_limit.ts";
import { formatPairingCode } from "../../config/pairing_code.ts";
import type { RelayFiles } from "../../config/relay_files.ts";
import { PAIRING_SECRET_BYTES } from "../../core/pairing/pairing_secret.ts";
import { relayCodeKeys } from "../../core/relay/relay_name.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";

/** Whom a relay invites, and where it is reached. */
export interface RelayCodeParts {
  readonly files: RelayFiles;
  readonly name: string;
  readonly address: HostPort;
  /** What it may have carried in a month. */
  readonly limit?: MonthLimit;
}

/**
 * Makes a code for a SNAPT, good for `expiresMs`, and stores what is needed to recognise it.
 *
 * @throws {ClientsFailed} there is one of this name, or the file cannot be changed
 */
export async function relayCode(
  { files, name, address, limit = {} }: RelayCodeParts,
  expiresMs: number,
): Promise<{ readonly code: string; readonly expiresAt: string }> {
  await new ClientsStore(files.snapts).expectFree(name);
  const secret = crypto.getRandomValues(new Uint8Array(PAIRING_SECRET_BYTES));
  const { codeId, proofKey } = relayCodeKeys(secret, PAIRING_HASHES);
  const now = Date.now();
  const expiresAt = new Date(now + expiresMs).toISOString();
  await new InvitationsStore(files.invitations).add({
    name,
    codeIdHex: codeId.toHex(),
    proofKeyHex: proofKey.toHex(),
    clientIdHex: crypto.getRandomValues(new Uint8Array(16)).toHex(),
    services: "all",
    addresses: [],
    createdAt: new Date(now).toISOString(),
    expiresAt,
    failedTries: 0,
    spentAt: null,
    revokedAt: null,
    ...limit,
  }, now);
  return { code: formatPairingCode({ address, secret }), expiresAt };
}
