import { changeOf, type ConfigChange, type SettingPath } from "./config_change.ts";
import type { SnaptConfig } from "./snapt_config.ts";

/**
 * What a new snapt.yaml changes in a running SNAPT. `canRun`: it may still start programs, which one
 * that did not need to has given up.
 */
export function changeOfSnapt(
  running: SnaptConfig,
  wanted: SnaptConfig,
  { canRun }: { readonly canRun: boolean },
): ConfigChange<SnaptConfig> {
  // What a session says of UDP, it says once, when it begins.
  const isTcp = (name: string) =>
    [running, wanted].every(({ services }) => services.get(name)?.protocol !== "udp");
  const hasNewCommand = !canRun && wanted.notify.some(({ kind }) => kind === "command");
  return changeOf(running, wanted, ([group, name = ""]: SettingPath) => {
    switch (group) {
      case "services":
        return isTcp(name);
      case "notify":
        return !hasNewCommand;
      case "log":
        return true;
      case "timeouts":
        return name === "drain";
      case "limits":
        return name === "clients";
      default:
        return false;
    }
  });
}
