import { isName } from "../../config/schema.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";

/** A SNAPT can announce other services again and again: so many are told apart. */
const MAX_SERVICES = 256;

/** What no service can be called: a name has no brackets. */
export const DESTINATIONS = "(destinations)";
export const CLIENT_SERVICES = "(client services)";
export const OTHERS = "(others)";

/** The streams of one service; bytes are those on the wire, each counted once. */
export interface ServiceTraffic {
  readonly service: string;
  /** How many there are now. */
  readonly streams: number;
  /** Since the start: what applications here have got, and what they have said. */
  readonly inBytes: number;
  readonly outBytes: number;
}

interface Service {
  readonly live: Set<StreamRecord>;
  /** Of streams that have ended. */
  inBytes: number;
  outBytes: number;
}

/**
 * What the streams of each service have moved since the start, across sessions. The byte path pays
 * nothing for it: the positions of a stream say how far it is, and are read when somebody asks, and
 * once when it ends.
 */
export class StreamTraffic {
  readonly #services = new Map<string, Service>();

  begin(stream: StreamRecord): void {
    this.#of(stream.opening.target).live.add(stream);
  }

  /** From now on nothing is moved by `stream`. */
  end(stream: StreamRecord): void {
    const service = this.#of(stream.opening.target);
    if (!service.live.delete(stream)) return;
    service.inBytes += stream.cursor.delivered;
    service.outBytes += stream.ring.end;
  }

  snapshot(): readonly ServiceTraffic[] {
    return [...this.#services].map(([service, { live, ...ended }]) => {
      let { inBytes, outBytes } = ended;
      for (const { cursor, ring } of live) {
        inBytes += cursor.delivered;
        outBytes += ring.end;
      }
      return { service, streams: live.size, inBytes, outBytes };
    });
  }

  #of(target: StreamTarget): Service {
    const named = nameIn(target);
    const isTooMany = this.#services.size >= MAX_SERVICES && !this.#services.has(named);
    const name = isTooMany ? OTHERS : named;
    const known = this.#services.get(name);
    if (known !== undefined) return known;
    const service: Service = { live: new Set(), inBytes: 0, outBytes: 0 };
    this.#services.set(name, service);
    return service;
  }
}

/** What applications and peers choose freely is not told apart. */
function nameIn(target: StreamTarget): string {
  switch (target.kind) {
    case "service":
      return isName(target.name) ? target.name : OTHERS;
    case "destination":
      return DESTINATIONS;
    case "call":
      return CLIENT_SERVICES;
    default:
      return unreachable(target);
  }
}
