import type { PortRule } from "../../core/access/port_rule.ts";
import type { SourceRange } from "../../core/access/source_list.ts";
import type { ByteListener, ListenAddress } from "../../net/listen.ts";
import type { OfferedClientService } from "../../core/wire/client_service_messages.ts";

/** There is no virtual address for a CNAPT; the message says why, and what to do. */
export class NoVirtualAddress extends Error {
  override readonly name = "NoVirtualAddress";
}

/** What SNAPT lets one CNAPT offer to server applications, and where. */
export interface ClientServicePolicy {
  /** What `refusalOf` goes by: with other rules it is another policy. */
  readonly rules: readonly PortRule[];
  /** Why this service is not allowed to be offered; null if it is. */
  refusalOf(service: OfferedClientService): string | null;
  /**
   * The virtual address that stands for this CNAPT, ready to be listened on.
   *
   * @throws {NoVirtualAddress} there is none
   */
  address(): Promise<string>;
  /** How its TCP ports are listened on where that is not as usual; the simulation has its own way. */
  readonly listen?: (at: ListenAddress) => ByteListener;
  /** Whether it may offer any UDP port. */
  readonly mayUseDatagrams: boolean;
  /** Which hosts may connect there. */
  readonly allow: readonly SourceRange[];
}
