import { type HttpProxy, parseHttpProxy } from "../../config/http_proxy.ts";
import type { ProviderConfig } from "../../config/provider_config.ts";
import { UsageError } from "../program/usage_error.ts";

/** Where programs look for the proxy of connections with TLS, in this order. */
const VARIABLES = ["https_proxy", "HTTPS_PROXY"] as const;

/**
 * The entries with the proxy that the environment names, where they ask for that.
 *
 * @throws {UsageError} the environment names something else
 */
export function withEnvironmentProxy(
  providers: readonly ProviderConfig[],
  read: (name: string) => string | undefined,
): readonly ProviderConfig[] {
  if (providers.every(({ via }) => via?.proxy !== "environment")) return providers;
  const proxy = environmentProxy(read);
  return providers.map((one) =>
    one.via?.proxy === "environment" ? { ...one, via: { proxy } } : one
  );
}

/** What links over a provider go through; null: nothing. */
export function proxyOf(said: ProviderConfig | null): HttpProxy | null {
  const proxy = said?.via?.proxy ?? null;
  return proxy === "environment" ? null : proxy;
}

function environmentProxy(read: (name: string) => string | undefined): HttpProxy | null {
  for (const name of VARIABLES) {
    const value = read(name);
    if (value === undefined || value === "") continue;
    try {
      return parseHttpProxy(value);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new UsageError(`Cannot use ${name}: ${detail}`, { cause });
    }
  }
  return null;
}
