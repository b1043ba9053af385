import { changeOf, type ConfigChange } from "./config_change.ts";
import type { RelayConfig } from "./relay_config.ts";

/** What a new relay.yaml changes in a running relay. */
export function changeOfRelay(
  running: RelayConfig,
  wanted: RelayConfig,
): ConfigChange<RelayConfig> {
  return changeOf(running, wanted, ([group]) => {
    switch (group) {
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
