import type { DestinationRule } from "../../core/access/destination_rule.ts";
import type { DatagramService } from "../../core/wire/datagram_messages.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { ClientServicePolicy } from "./client_service_policy.ts";

/** A CNAPT that SNAPT knows. */
export interface AdmittedClient {
  readonly name: string;
  readonly services: readonly AnnouncedService[];
  /** What it may offer to server applications; null where SNAPT has no virtual addresses. */
  readonly clientServices: ClientServicePolicy | null;
  /** Those among them that use UDP. */
  readonly datagrams: readonly DatagramService[];
  /** What it may reach besides, by TCP and UDP. */
  readonly destinations: readonly DestinationRule[];
  /** Whether servers are told what it says of who connected; if not, where it comes from itself. */
  readonly isSourceTrusted: boolean;
  /** Why SNAPT must not dial it at this address when it asks for that; null: it may. */
  readonly refusalOfDial: (host: string, port: number) => string | null;
}

/** Connects to what a stream of this CNAPT leads to; `source` of `opening` is what servers may be told. */
export type OpenServerService = (
  opening: StreamOpening,
  client: AdmittedClient,
  signal: AbortSignal,
) => Promise<ByteConn>;
