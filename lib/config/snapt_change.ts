import { changeOf, type ConfigChange, type SettingPath } from "./config_change.ts";
import type { SnaptConfig } from "./snapt_config.ts";
import { UNNAMED_CLIENT } from "./client_config.ts";

/**
 * What a new snapt.yaml changes in a running SNAPT. `canRun`: it may still start programs, which one
 * that did not need to has given up.
 */
export function changeOfSnapt(
  running: SnaptConfig,
  wanted: SnaptConfig,
  { canRun }: { readonly canRun: boolean },
): ConfigChange<SnaptConfig> {
  const hasNewCommand = !canRun && wanted.notify.some(({ kind }) => kind === "command");
  const names = [...running.clients.keys(), ...wanted.clients.keys()];
  const [before, after] = [withClients(running, names), withClients(wanted, names)];
  return changeOf(before, after, ([group, , field]: SettingPath) => {
    switch (group) {
      case "clients":
        return field !== "address";
      case "clientServices":
      case "destinations":
      case "balancers":
      case "places":
      case "limits":
      case "log":
      case "metrics":
      case "mapping":
      case "timeouts":
      case "services":
        return true;
      case "through":
        return running.security !== "none"; // a relay carries TLS and nothing else
      case "notify":
        return !hasNewCommand;
      default:
        return false;
    }
  });
}

/** Of a CNAPT that one text does not name holds what holds for all: its settings change one by one. */
function withClients(config: SnaptConfig, names: readonly string[]): SnaptConfig {
  const unnamed = names.map((name) => [name, UNNAMED_CLIENT] as const);
  return { ...config, clients: new Map([...unnamed, ...config.clients]) };
}
