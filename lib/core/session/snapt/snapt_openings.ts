import { unreachable } from "../../exhaustive.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { Bind } from "../../wire/message.ts";
import type { SnaptCalls } from "./snapt_calls.ts";
import type { SnaptLinks, SnaptLinksParts } from "./snapt_links.ts";
import type { SnaptSessionSettings } from "../snapt_session_settings.ts";

type OpeningRefusal = "unknownStream" | "serviceNotAllowed" | "destinationNotAllowed" | "limit";

type SnaptOpeningsParts = Pick<SnaptLinksParts, "outbox" | "table"> & {
  readonly links: SnaptLinks;
  readonly calls: SnaptCalls;
};

/** Opens the streams that CNAPT may have. */
export class SnaptOpenings {
  readonly #parts: SnaptOpeningsParts;
  #allowed: ReadonlySet<string>;
  #destinations: SnaptSessionSettings["destinations"];

  constructor(
    parts: SnaptOpeningsParts,
    { services, destinations }: Pick<SnaptSessionSettings, "services" | "destinations">,
  ) {
    this.#parts = parts;
    this.#allowed = tcpNames(services);
    this.#destinations = destinations;
  }

  /** From now on these services may be opened, and no others. */
  allow(services: SnaptSessionSettings["services"]): void {
    this.#allowed = tcpNames(services);
  }

  /** From now on destinations may be opened as far as rules let them, or none at all. */
  allowDestinations(destinations: SnaptSessionSettings["destinations"]): void {
    this.#destinations = destinations;
  }

  /** BIND of a stream that is not known: opens it, or resets it with the reason. */
  open(link: LinkId, bind: Bind, now: number): void {
    const { outbox, table, links, calls } = this.#parts;
    const refusal = this.#refusalOf(bind);
    if (refusal !== null) return this.#refuse(link, bind, refusal);
    const { target } = bind.opening;
    if (target.kind === "call") calls.answered(target.call);
    const stream = table.add(bind.stream, bind.opening, now);
    stream.confirmation = "confirmed";
    outbox.emit({ kind: "openService", stream: stream.id, opening: stream.opening, link });
    links.attach(stream, link, bind, now);
  }

  #refuse(link: LinkId, { stream, opening: { target } }: Bind, code: OpeningRefusal): void {
    const { outbox, table, calls } = this.#parts;
    table.markSeen(stream);
    outbox.sendRecord({ kind: "reset", stream, code });
    outbox.emit({ kind: "closeLink", link });
    // Its answer found no room, and there will not be another: nobody need wait any longer.
    if (target.kind === "call" && code === "limit") calls.refused(target.call, code);
  }

  #refusalOf({ stream, mode, opening: { target } }: Bind): OpeningRefusal | null {
    const { table, calls } = this.#parts;
    if (mode !== "open" || table.wasSeen(stream)) return "unknownStream";
    switch (target.kind) {
      case "service":
        if (!this.#allowed.has(target.name)) return "serviceNotAllowed";
        break;
      case "call":
        if (!calls.isWaiting(target.call)) return "unknownStream";
        break;
      case "destination":
        if (this.#destinations === "none") return "destinationNotAllowed";
        break;
      default:
        unreachable(target);
    }
    return table.hasRoom() ? null : "limit";
  }
}

/** What streams may lead to: datagrams go another way. */
export function tcpNames(services: SnaptSessionSettings["services"]): ReadonlySet<string> {
  return new Set(services.flatMap(({ name, protocol }) => protocol === "tcp" ? name : []));
}
