import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";

/** A link that ended sooner than this was of no use to its stream. */
const SHORT_MS = 1_000;
/** After so many of those in a row on one provider, a stream waits for its next link. */
const SHORT_IN_A_ROW = 3;
const PAUSE_MS = 250;

interface Binding {
  readonly provider: ProviderKey;
  readonly shortInARow: number;
  /** When the link came that the stream has, or had last; null: it is still waited for. */
  readonly since: number | null;
}

/**
 * Keeps a stream whose links end as soon as they are bound from binding new ones in a loop: the
 * loop would take what the machine and the network have, and help nobody.
 */
export class RebindPause {
  readonly #bindings = new WeakMap<StreamRecord, Binding>();

  /** `stream` needs a link of `provider`; returns for how many ms it is to wait. */
  wanted(stream: StreamRecord, provider: ProviderKey, now: number): number {
    const before = this.#bindings.get(stream);
    const isSame = before !== undefined && before.provider === provider;
    const since = isSame ? before.since : null;
    const lastedMs = since === null ? Infinity : now - since;
    const shortInARow = isSame && lastedMs < SHORT_MS ? before.shortInARow + 1 : 0;
    this.#bindings.set(stream, { provider, shortInARow, since: null });
    return shortInARow < SHORT_IN_A_ROW ? 0 : PAUSE_MS;
  }

  /** The link that `stream` waited for is there. */
  bound(stream: StreamRecord, now: number): void {
    const binding = this.#bindings.get(stream);
    if (binding !== undefined) this.#bindings.set(stream, { ...binding, since: now });
  }
}
