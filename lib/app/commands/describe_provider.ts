import { formatHostPort } from "../../config/host_port.ts";
import type { ProxyChoice } from "../../config/http_proxy.ts";
import type { ProviderConfig, ProviderMatch } from "../../config/provider_config.ts";
import { fixedKeyOf } from "../providers/provider_rows.ts";

/** One line about an entry of `providers:`, without its commands, which may hold secrets. */
export function describeProvider(provider: ProviderConfig): string {
  const { interface: device, address, match, use, metered, cost, timeouts } = provider;
  const where = device ?? address ?? (match === null ? "" : wordsOf(match));
  const name = fixedKeyOf(provider) ?? where;
  const parts = [
    where,
    ...(use === "never" ? ["never used"] : []),
    ...(provider.priority === null ? [] : [`priority ${provider.priority}`]),
    ...(metered === true ? ["metered"] : []),
    ...(cost === 0 ? [] : [`cost ${cost}`]),
    ...(provider.up === null ? [] : [`connected by a command within ${timeouts.up} ms`]),
    ...(provider.down === null ? [] : [`closed by a command within ${timeouts.down} ms`]),
    ...(provider.vpn === null ? [] : [vpnOf(provider.vpn)]),
    ...(provider.services === null ? [] : [`only for ${provider.services.join(", ")}`]),
    ...(provider.withoutServices === null
      ? []
      : [`not for ${provider.withoutServices.join(", ")}`]),
    ...(provider.via?.proxy === undefined || provider.via.proxy === null
      ? []
      : [proxyWords(provider.via.proxy)]),
    ...(provider.confirm ? ["only after somebody says yes"] : []),
  ];
  return `provider ${name}: ${parts.join(", ")}`;
}

function vpnOf({ interface: tunnel, down }: NonNullable<ProviderConfig["vpn"]>): string {
  return `through a VPN${tunnel === null ? "" : ` (${tunnel})`}` +
    (down === null ? "" : " that is closed before it");
}

function proxyWords(proxy: ProxyChoice): string {
  return proxy === "environment"
    ? "through the proxy that HTTPS_PROXY names"
    : `through the proxy ${formatHostPort(proxy)}`;
}

function wordsOf(match: ProviderMatch): string {
  switch (match.kind) {
    case "name":
      return `every ${match.pattern}`;
    case "type":
      return `every ${match.type} interface`;
    case "range":
      return `every address in ${match.address}/${match.bits}`;
  }
}
