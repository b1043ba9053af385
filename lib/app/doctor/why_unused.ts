import type { ProviderConfig } from "../../config/provider_config.ts";
import type { ProviderType } from "../../core/decision/candidate.ts";
import type { NetworkInterface } from "../../net/interfaces.ts";
import { isAbout } from "../providers/provider_match.ts";

/** Why an interface is in no row of the table of providers. */
export interface Unused {
  readonly level: "ok" | "attention";
  readonly why: string;
  readonly remedy: string;
}

export function whyUnused(
  found: NetworkInterface,
  type: ProviderType,
  configured: readonly ProviderConfig[],
): Unused {
  const fine = (why: string): Unused => ({ level: "ok", why, remedy: "" });
  if (found.kind === "loopback") return fine("it leads to this machine only");
  const said = configured.find((entry) => isAbout(entry, found, type));
  if (said?.use === "never") return fine("`providers:` says `use: never`");
  if (found.state === "down") {
    return {
      level: "attention",
      why: "it has no carrier, or is switched off",
      remedy: "plug in the cable or join the network; CNAPT uses it as soon as it is up",
    };
  }
  if (configured.some(({ vpn }) => vpn?.interface === found.name)) {
    return fine("it belongs to another network, as its VPN");
  }
  if (type === "virtual") {
    return fine(
      "containers and virtual machines are behind it; if that is wrong, name it in `providers:`",
    );
  }
  if (configured.some((entry) => entry.interface !== null || entry.address !== null)) {
    return {
      level: "attention",
      why: "`providers:` names other interfaces, so CNAPT uses only those",
      remedy: `add \`- { interface: ${found.name} }\` to \`providers:\` if CNAPT is to use it too`,
    };
  }
  if (type === "vpn") {
    return fine("it is used while no other network leads to SNAPT; `providers:` can name it");
  }
  return fine("it has no address that leads anywhere");
}
