import type { ProviderKey } from "../../core/path/provider_key.ts";
import { ConnectFailed } from "../../relay/network/connector.ts";

/** The connecting of `provider` ends because of a signal. */
export function calledOff(provider: ProviderKey, { reason }: AbortSignal): ConnectFailed {
  return new ConnectFailed("stopped", provider, "it was called off", { cause: reason });
}

/** Nobody knows how to connect `provider`. */
export function absent(provider: ProviderKey): ConnectFailed {
  return new ConnectFailed("absent", provider, "there is no such provider");
}
