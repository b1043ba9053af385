import type { AnswersFrom } from "../../../lib/core/datagram/answers_from.ts";
import type { RuleOf } from "../../../lib/core/decision/service_rule.ts";
import type { SessionLimits } from "../../../lib/core/session/session_limits.ts";
import type { SwitchReceipt } from "../../../lib/core/session/switch_receipt.ts";
import type { DatagramTerms, HoldOrder } from "../../../lib/core/wire/datagram_messages.ts";
import type { Compression } from "../../../lib/core/wire/stream_opening.ts";
import type { AdmittedClient } from "../../../lib/relay/access/admitted_client.ts";
import type { ClientServicePolicy } from "../../../lib/relay/access/client_service_policy.ts";
import type { Admission, Pairing } from "../../../lib/relay/link/link_auth.ts";
import type { Connector } from "../../../lib/relay/network/connector.ts";
import type { SnaptNotices } from "../../../lib/relay/notice/snapt_notices.ts";
import type { LoopbackRelay } from "./loopback_relay.ts";

/** Nothing in these tests takes longer unless it hangs. */
export const PATIENCE_MS = 10_000;

export const LIMITS: SessionLimits = { ringBytes: 1 << 20, sessionBytes: 64 << 20, streams: 256 };

/** What a test wants of a pair; what it does not say is as in most tests. */
export interface PairSettings {
  /** Of the site, where there are several. */
  readonly name?: string;
  readonly security?: "tls" | "none";
  readonly limits?: Partial<SessionLimits>;
  readonly switchTimeoutMs?: number;
  readonly handshakeMs?: number;
  readonly heartbeatMs?: number;
  readonly services?: readonly string[];
  /** Rules for what may be reached beside the services. */
  readonly destinations?: readonly string[];
  /** TCP ports of client applications by name, offered on `virtualAddress`. */
  readonly clientServices?: Readonly<Record<string, number>>;
  /** The same of UDP. */
  readonly datagramClientServices?: Readonly<Record<string, number>>;
  /** Their client applications cannot be found. */
  readonly isUnfindable?: boolean;
  /** SNAPT dials the links of the client services. */
  readonly isDirect?: boolean;
  /** Where CNAPT says that it listens for them, if not where it does. */
  readonly directHost?: string;
  /** Why SNAPT refuses a client service; null: it does not. */
  readonly refusalOf?: ClientServicePolicy["refusalOf"];
  /** UDP services, all with the same server application. */
  readonly datagrams?: readonly string[];
  /** Is told every receipt, as CNAPT's notices are. */
  readonly switchEnded?: (receipt: SwitchReceipt) => void;
  /** Those that are tried without being asked for; else both. */
  readonly isCandidate?: (provider: string) => boolean;
  /** Which services may go over which provider; else all. */
  readonly ruleOf?: RuleOf;
  /** What connects and closes the providers. */
  readonly connector?: Connector;
  /** SNAPT's side of the notices. */
  readonly notices?: SnaptNotices;
  /** How the streams of all services are packed. */
  readonly compression?: Compression;
  readonly holdMs?: number;
  readonly idleMs?: number;
  readonly holdOrder?: HoldOrder;
  /** From which ports the server applications of UDP services, and client applications, answer. */
  readonly answersFrom?: AnswersFrom;
  /** How many flows SNAPT allows. */
  readonly flows?: number;
  readonly cnaptFlows?: number;
  /** Datagrams go through `gate`. */
  readonly isGated?: boolean;
  /** What SNAPT says of the ID; by default it knows it. */
  readonly admit?: (idHex: string) => Admission<AdmittedClient>;
  /** What SNAPT does with those that bring a code. */
  readonly pairing?: Pairing;
  readonly ids?: readonly number[];
  /** What the ID of CNAPT is filled with, where there are several. */
  readonly id?: number;
  /** CNAPT reaches SNAPT by way of it; with `security: tls`. */
  readonly relay?: LoopbackRelay;
}

/** How the flows of the UDP services and UDP client services are kept. */
export function termsOf({ holdMs, idleMs, holdOrder }: PairSettings): DatagramTerms {
  return {
    holdMs: holdMs ?? PATIENCE_MS,
    idleMs: idleMs ?? PATIENCE_MS,
    holdOrder: holdOrder ?? "newest",
  };
}
