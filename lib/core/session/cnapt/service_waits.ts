import { isAllowed, ruledName, type RuleOf } from "../../decision/service_rule.ts";
import type { ProviderKey } from "../../path/provider_key.ts";
import type { StreamRecord } from "../../stream/stream_record.ts";
import { MAX_WAITING_STREAMS } from "../../wire/waiting_streams.ts";
import type { CommonOutbox } from "../outbox.ts";
import type { StreamTable } from "../streams/stream_table.ts";

/**
 * Streams that wait for another provider, because the rules of the one in use do not allow their
 * service. SNAPT is told of them once per switch, so that it does not wait for them.
 */
export class ServiceWaits {
  readonly #ruleOf: RuleOf;
  readonly #outbox: CommonOutbox;
  readonly #table: StreamTable;
  readonly #untold = new Set<number>();

  constructor(ruleOf: RuleOf, outbox: CommonOutbox, table: StreamTable) {
    this.#ruleOf = ruleOf;
    this.#outbox = outbox;
    this.#table = table;
  }

  mayUse({ opening }: StreamRecord, provider: ProviderKey): boolean {
    return isAllowed(this.#ruleOf(provider), ruledName(opening.target));
  }

  /** How many streams need a link when the session moves to `provider`. */
  countAllowed(provider: ProviderKey): number {
    return this.#table.all().filter((stream) => this.mayUse(stream, provider)).length;
  }

  /** The stream keeps all that it has, and loses its link. */
  put(stream: StreamRecord, now: number): void {
    stream.cut = null;
    stream.stalledSince = null;
    stream.progress.unlinked();
    if (stream.link.kind !== "unbound") this.#outbox.emit({ kind: "detach", stream: stream.id });
    stream.link = { kind: "unbound", since: now };
    if (stream.confirmation !== "unannounced") this.#untold.add(stream.id);
  }

  /** Tells SNAPT which streams get no link over `provider` in this epoch. */
  tell(epoch: number, provider: ProviderKey | null): void {
    // One that waited before, after SNAPT was told last, may be allowed over this one.
    const streams = [...this.#untold].filter((id) => {
      const stream = this.#table.get(id);
      return stream !== undefined && (provider === null || !this.mayUse(stream, provider));
    });
    this.#untold.clear();
    for (let i = 0; i < streams.length; i += MAX_WAITING_STREAMS) {
      const part = streams.slice(i, i + MAX_WAITING_STREAMS);
      this.#outbox.sendControl({ kind: "waitingStreams", epoch, streams: part });
    }
    if (streams.length === 0) return;
    const detail = `${streams.length} connections are not allowed over ${provider}`;
    this.#outbox.emit({ kind: "note", level: "info", event: "connections-held", detail });
  }
}
