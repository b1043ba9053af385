/** What commands print with `--json` that is nowhere else in the programs. */
import type { Finding } from "../doctor/finding.ts";
import type { SshHost } from "../../config/ssh_block.ts";
import type { InvitationState } from "../../core/pairing/invitation.ts";

/** `cnapt check`: the configuration has no mistake. */
export interface CnaptCheckDocument {
  /** The configuration that is read. */
  readonly file: string;
  /** Others that are there as well and are not read. */
  readonly others: readonly string[];
  /** The folder where CNAPT keeps what it remembers. */
  readonly state: string;
  readonly ok: true;
  /** That others on this machine can read the keys in it, in words; null: they cannot. */
  readonly exposure: string | null;
  readonly sites: readonly {
    readonly name: string;
    /** Under which name SNAPT knows this CNAPT. */
    readonly as: string;
    /** Where SNAPT is, the preferred first. */
    readonly addresses: readonly string[];
    /** Those that are offered here; null: all that SNAPT announces. */
    readonly services: readonly string[] | null;
  }[];
}

/** `snapt check`: the configuration has no mistake. */
export interface SnaptCheckDocument {
  /** The configuration that is read. */
  readonly file: string;
  /** Others that are there as well and are not read. */
  readonly others: readonly string[];
  /** The folder where SNAPT keeps its keys and lists. */
  readonly state: string;
  readonly ok: true;
  readonly listen: readonly string[];
  readonly security: "tls" | "none";
  readonly services: readonly string[];
  readonly relays: readonly {
    readonly name: string;
    readonly address: string;
    readonly hasKey: boolean;
  }[];
  /** Names of the CNAPTs that are let in. */
  readonly invited: readonly string[];
}

/** `doctor`: what works, what does not, and what to do. */
export interface DoctorDocument {
  /** Whether nothing fails. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** What came of asking SNAPT of one site over one network. */
export interface Probe {
  readonly site: string;
  readonly network: string;
  /** From which address, and how: a link is opened, as connections use them. */
  readonly way: string;
  /** In ms; null: no answer. */
  readonly roundTripMs: number | null;
  /** Why there was none; empty when there was. */
  readonly reason: string;
}

/** `cnapt leave`. */
export interface LeaveDocument {
  /** The configuration that was changed; null: none was. */
  readonly file: string | null;
  /** The site that was taken out; null: a server was cleared that no site is of. */
  readonly site: string | null;
  /** The sites that are left. */
  readonly left: readonly string[];
  /** The server, where no site is of it. */
  readonly server?: string;
}

/** `cnapt ssh-config`: hosts for ssh. */
export interface SshConfigDocument {
  readonly site: string;
  readonly hosts: readonly SshHost[];
  /** The blocks for the file of ssh, where they are printed. */
  readonly text?: string;
  /** The file that was changed, where one was. */
  readonly file?: string;
  /** `--remove`: whether there was something to take out. */
  readonly isRemoved?: boolean;
}

/** `snapt list`: who was invited, and the codes that nobody has redeemed. */
export interface SnaptListDocument {
  readonly clients: readonly {
    readonly name: string;
    /** Names of those that it may use. */
    readonly services: readonly string[] | "all";
    readonly createdAt: string;
    /** Null: it is let in. */
    readonly revokedAt: string | null;
  }[];
  readonly codes: readonly {
    readonly name: string;
    readonly services: readonly string[] | "all";
    readonly createdAt: string;
    readonly expiresAt: string;
    /** How often somebody has tried it in vain. */
    readonly failedTries: number;
    readonly state: InvitationState;
  }[];
}

/** `snapt invite`. */
export interface InviteDocument {
  readonly name: string;
  /** Where the other side is told that SNAPT is. */
  readonly address: string;
  /** The one-time code, a secret; absent with a ticket. */
  readonly code?: string;
  /** Until when the code is good. */
  readonly expiresAt?: string | null;
  /** The ticket, a secret, where codes cannot be. */
  readonly ticket?: string;
}

/**
 * What became of the session of a CNAPT that is let in no longer: `unasked` where the endpoint of
 * SNAPT is off, which looks at its list every second; `notRunning` where no SNAPT runs.
 */
export type SessionEnd = "ended" | "none" | "unasked" | "notRunning";

/** `snapt allow`. */
export interface AllowDocument {
  readonly name: string;
  /** The services that it may use from now on. */
  readonly services: readonly string[] | "all";
}

/** `snapt revoke`, `snapt remove`. */
export interface EndedClientDocument {
  readonly name: string;
  readonly session: SessionEnd;
}

/** `snapt relay list`. */
export interface RelayListDocument {
  readonly snapts: readonly {
    readonly name: string;
    readonly createdAt: string;
    /** Null: it is let in. */
    readonly revokedAt: string | null;
    /** What it may have carried in a month; null: as much as there is; absent: as everybody. */
    readonly monthBytes?: number | null;
  }[];
  readonly codes: readonly { readonly name: string; readonly expiresAt: string }[];
}

/** `snapt init`, `snapt relay init`. */
export interface InitDocument {
  readonly config: string;
  readonly identity: string;
  /** Which of them were not there. */
  readonly wrote: readonly string[];
}
