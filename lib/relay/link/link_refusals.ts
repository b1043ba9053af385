import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { RefusalCode } from "../../core/wire/message.ts";
import type { ReachFailure } from "../network/reach_failures.ts";

/** As long as it is shown, and not said again. */
const SHOWN_FOR_MS = 60_000;

/** What SNAPT has said lately when it closed parked links, by the network over which they went. */
export class LinkRefusals {
  readonly #refusals = new Map<ProviderKey, { reason: string; shownUntil: number }>();

  /** Whether that is news. */
  note(provider: ProviderKey, code: RefusalCode, sentence: string, now: number): boolean {
    const reason = `SNAPT closed a link that was kept ready (${code}): ${sentence}`;
    const before = this.#refusals.get(provider);
    this.#refusals.set(provider, { reason, shownUntil: now + SHOWN_FOR_MS });
    return before === undefined || before.reason !== reason || before.shownUntil <= now;
  }

  /** What is still to be shown. */
  all(now: number): readonly ReachFailure[] {
    for (const [provider, { shownUntil }] of this.#refusals) {
      if (shownUntil <= now) this.#refusals.delete(provider);
    }
    return [...this.#refusals].map(([provider, { reason }]) => ({ provider, reason }));
  }
}
