import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { RunningSite } from "./running_site.ts";

/** A provider that is gone, or somewhere else, and why. */
export interface LostProvider {
  readonly key: string;
  readonly reason: string;
}

/** Tells every site that the table of providers is another one, and what of it is gone. */
export function tellOfProviders(
  running: readonly Pick<RunningSite, "site">[],
  lost: readonly LostProvider[],
  log: RelayLog,
): void {
  for (const { site } of running) site.providersChanged();
  for (const { key, reason } of lost) {
    log.info("provider-lost", { provider: key, reason });
    for (const { site } of running) site.providerLost(key, reason);
  }
}
