/**
 * The messages about client services: ports of client applications that server applications
 * reach through SNAPT.
 *
 * Theory of operation. CNAPT offers its client services; SNAPT opens a server socket for each one
 * that this CNAPT may offer, on the virtual address that stands for it, and says what came of it.
 * A connection there becomes a CALL. CNAPT answers by opening a stream whose target is that call,
 * like any other stream: it alone numbers streams and binds links, so that one side only decides
 * what moves where in a switch. A call that comes to nothing is turned down with its reason.
 */

import type { DatagramTerms } from "./datagram_messages.ts";
import type { ResetCode } from "./reset_code.ts";

/** Largest certificate in `dialRequest`, in bytes of DER. */
export const MAX_CERTIFICATE_BYTES = 4_096;

/** Largest number of client services of one CNAPT. */
export const MAX_CLIENT_SERVICES = 64;

/** Longest reason for which a client service is not open, in bytes of UTF-8. */
export const MAX_REASON_BYTES = 96;

/** A TCP port of a client application, as CNAPT offers it. */
export interface OfferedStreamPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: "tcp";
}

/** A UDP port of a client application, as CNAPT offers it. */
export interface OfferedDatagramPort extends DatagramTerms {
  readonly name: string;
  readonly port: number;
  readonly protocol: "udp";
}

export type OfferedClientService = OfferedStreamPort | OfferedDatagramPort;

/** All client services of this CNAPT [patent: list of client services in CONNECT]. */
export interface OfferClientServices {
  readonly kind: "offerClientServices";
  readonly sequence: number;
  readonly services: readonly OfferedClientService[];
}

/** Where server applications reach a client service, or why they do not. */
export interface ClientServiceOutcome {
  readonly name: string;
  /** `address:port`; empty if it is not open. */
  readonly address: string;
  /** Why it is not open; empty if it is. */
  readonly reason: string;
}

/** Answers `offerClientServices`. */
export interface ClientServicesOpened {
  readonly kind: "clientServicesOpened";
  readonly sequence: number;
  readonly outcomes: readonly ClientServiceOutcome[];
}

/** A server application has connected to a client service. */
export interface Call {
  readonly kind: "call";
  readonly sequence: number;
  /** Number of the call in its session. */
  readonly call: number;
  readonly service: string;
  /** Address and port of the server application. */
  readonly source: string;
}

/** A call that no stream comes of. */
export interface CallRefused {
  readonly kind: "callRefused";
  readonly sequence: number;
  readonly call: number;
  readonly code: ResetCode;
}

/**
 * Asks SNAPT to dial CNAPT where it is now (`reach: direct`), and what proves that it is CNAPT.
 * What is lost is asked for again by whoever needs a link.
 */
export interface DialRequest {
  readonly kind: "dialRequest";
  readonly host: string;
  readonly port: number;
  readonly count: number;
  /** The certificate of CNAPT's server socket, DER; empty without TLS. */
  readonly certificate: Uint8Array;
}

export type ClientServiceRecordMessage =
  | OfferClientServices
  | ClientServicesOpened
  | Call
  | CallRefused;
