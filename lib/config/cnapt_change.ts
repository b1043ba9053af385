import type { CnaptConfig } from "./cnapt_config.ts";
import { changeOf, type ConfigChange } from "./config_change.ts";

/** Settings of a site that are taken as a whole. */
const LIVE_OF_SITE: readonly string[] = ["address", "serverName", "socks5", "http"];

/**
 * What a new cnapt.yaml changes in a running CNAPT. `canRun`: it may still start programs, which one
 * that did not need to has given up.
 */
export function changeOfCnapt(
  running: CnaptConfig,
  wanted: CnaptConfig,
  { canRun }: { readonly canRun: boolean },
): ConfigChange<CnaptConfig> {
  const hasNewCommand = !canRun && wanted.notify.some(({ kind }) => kind === "command");
  const connectsAnew = !canRun &&
    (wanted.providers ?? []).some(({ up, down, vpn }) =>
      up !== null || down !== null || vpn !== null
    );
  /** SNAPT dials a port that is opened when the site begins. */
  const isDirect = (site: string, service: string) =>
    [running, wanted].some(({ sites }) =>
      sites.get(site)?.clientServices.get(service)?.reach === "direct"
    );
  return changeOf(running, wanted, (path) => {
    const [group, name = ""] = path;
    switch (group) {
      case "sites":
        if (path.length === 2) return true;
        if (path[2] === "clientServices") return !isDirect(name, path[3] ?? "");
        if (LIVE_OF_SITE.includes(path[2] ?? "")) return true;
        // Whether services are named at all decides how a site runs; which ones does not.
        return path[2] === "services" && path.length > 3;
      case "providers":
        return !connectsAnew;
      case "notify":
        return !hasNewCommand;
      case "allow":
      case "decision":
      case "heartbeat":
      case "limits":
      case "log":
      case "metrics":
      case "timeouts":
        return true;
      default:
        return false;
    }
  });
}
