import type { DatagramSession } from "../../wire/datagram_messages.ts";
import type { Places } from "../../wire/places_message.ts";
import type { AnnouncedService } from "../../wire/record_message.ts";
import type { SnaptEffect } from "../snapt_effect.ts";
import { tcpNames } from "./snapt_openings.ts";
import type { SnaptParts } from "./snapt_parts.ts";

type Parts = Pick<SnaptParts, "openings" | "outbox" | "table" | "ends" | "settings">;

/** What a CNAPT may do and where it reaches SNAPT, which changes while its session lives. */
export class SnaptRights {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** This CNAPT has these services now: it is told, and streams to others end. */
  servicesChanged(services: readonly AnnouncedService[], now: number): SnaptEffect[] {
    const { openings, outbox, table, ends, settings } = this.#parts;
    openings.allow(services);
    const names = tcpNames(services);
    for (const stream of table.all()) {
      const { target } = stream.opening;
      if (target.kind !== "service" || names.has(target.name)) continue;
      ends.fail(stream, "serviceNotAllowed", now);
    }
    outbox.sendRecord({ kind: "services", site: settings.site, services });
    return outbox.flush();
  }

  /** SNAPT is reached in these places now; every CNAPT is told. */
  placesChanged(told: Omit<Places, "kind" | "sequence">): SnaptEffect[] {
    const { outbox } = this.#parts;
    outbox.sendRecord({ kind: "places", ...told });
    return outbox.flush();
  }

  /** It has other UDP services now, or UDP at all; that is said before its services are. */
  datagramsOffered(offer: Omit<DatagramSession, "kind" | "sequence">): SnaptEffect[] {
    const { outbox } = this.#parts;
    outbox.sendRecord({ kind: "datagramSession", ...offer });
    return outbox.flush();
  }

  /** It may reach other destinations now; `forbidden`: the streams to those that it may not. */
  destinationsChanged(
    destinations: "none" | "some",
    forbidden: readonly number[],
    now: number,
  ): SnaptEffect[] {
    const { openings, outbox, table, ends } = this.#parts;
    openings.allowDestinations(destinations);
    for (const stream of table.all()) {
      if (forbidden.includes(stream.id)) ends.fail(stream, "destinationNotAllowed", now);
    }
    return outbox.flush();
  }
}
