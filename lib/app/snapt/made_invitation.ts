import { ClientsStore } from "../../config/clients_store.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { codeIsOpen, InvitationsStore } from "../../config/invitations_store.ts";
import { formatPairingCode } from "../../config/pairing_code.ts";
import { encodeTicket } from "../../config/ticket.ts";
import { codeKeys } from "../../core/pairing/pairing_proof.ts";
import { PAIRING_SECRET_BYTES } from "../../core/pairing/pairing_secret.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";
import type { SnaptState } from "../places/state_files.ts";

/** What every invitation has. */
export interface InvitationParts {
  readonly paths: SnaptState["paths"];
  readonly name: string;
  readonly services: readonly string[] | "all";
  /** Where SNAPT is, the one that is written down first. */
  readonly addresses: readonly [HostPort, ...HostPort[]];
}

/** An invitation that was stored: the line for the other side, and until when it is good. */
export interface MadeInvitation {
  readonly line: string;
  readonly expiresAt: string | null;
}

/** A code is good for some time only. */
export interface MadeCode extends MadeInvitation {
  readonly expiresAt: string;
}

/** Makes a key, stores it, and puts it into a ticket. */
export async function offlineTicket(
  { paths, name, services, addresses, site, certificate }: InvitationParts & {
    /** What SNAPT calls itself. */
    readonly site: string;
    /** In DER; null with `security: none`. */
    readonly certificate: Uint8Array | null;
  },
): Promise<MadeInvitation> {
  const id = crypto.getRandomValues(new Uint8Array(16));
  const key = crypto.getRandomValues(new Uint8Array(32));
  const invitations = new InvitationsStore(paths.invitations);
  if (await invitations.isOpenFor(name, Date.now())) throw codeIsOpen(name);
  await new ClientsStore(paths.clients).add({
    name,
    idHex: id.toHex(),
    keyHex: key.toHex(),
    services,
    createdAt: new Date().toISOString(),
    revokedAt: null,
  });
  const [address] = addresses;
  return { line: encodeTicket({ name, address, site, id, key, certificate }), expiresAt: null };
}

/** Makes a secret, and stores what is needed to recognise it. */
export async function oneTimeCode(
  { paths, name, services, addresses, nearby, expiresMs, route }: InvitationParts & {
    /** Which of `addresses` are in the code behind the first. */
    readonly nearby: readonly HostPort[];
    readonly expiresMs: number;
    /** The name of this SNAPT at the relay that the first address is of; null: it is its own. */
    readonly route: string | null;
  },
): Promise<MadeCode> {
  const [address, ...others] = addresses;
  await new ClientsStore(paths.clients).expectFree(name);
  const secret = crypto.getRandomValues(new Uint8Array(PAIRING_SECRET_BYTES));
  const { codeId, proofKey } = codeKeys(secret, PAIRING_HASHES);
  const now = Date.now();
  const expiresAt = new Date(now + expiresMs).toISOString();
  await new InvitationsStore(paths.invitations).add({
    name,
    codeIdHex: codeId.toHex(),
    proofKeyHex: proofKey.toHex(),
    clientIdHex: crypto.getRandomValues(new Uint8Array(16)).toHex(),
    services,
    addresses: others.map(formatHostPort),
    createdAt: new Date(now).toISOString(),
    expiresAt,
    failedTries: 0,
    spentAt: null,
    revokedAt: null,
  }, now);
  return { line: formatPairingCode({ address, others: nearby, secret, route }), expiresAt };
}
