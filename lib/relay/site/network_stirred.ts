import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";

/**
 * Something happened to the interface, the addresses or the routes of `provider`. It may lead to SNAPT
 * from now on, and is tried at once; if it is in use, whether it still does is found out at once.
 */
export function networkStirred(
  driver: CnaptDriver,
  provider: ProviderKey,
  now: () => number,
): void {
  const { session, supply } = driver;
  driver.apply(session.networkStirred(provider, now()));
  if (session.controlLink === null) return driver.providersChanged(provider);
  if (session.provider !== provider) return;
  const { roundTripMs, jitterMs } = session.meter;
  supply.renew(provider, {
    usualMs: (roundTripMs ?? 0) + 4 * jitterMs,
    answeredSince: (then) => session.path.heardAt > then,
    overtaken: () => {
      driver.providerLost(provider, "its links stand still since its interface or routes changed");
    },
  });
}
