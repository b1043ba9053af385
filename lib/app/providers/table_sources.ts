import type { ProviderType } from "../../core/decision/candidate.ts";
import { defaultRouteDevice } from "../../net/default_route.ts";
import { interfaceType } from "../../net/interface_type.ts";
import { listInterfaces, type NetworkInterface } from "../../net/interfaces.ts";
import { wifiSignals } from "../../net/wifi_signal.ts";

/** What the table is made from; the system's own answers unless a test has others. */
export interface TableSources {
  interfaces(): readonly NetworkInterface[];
  typeOf(name: string): ProviderType;
  signals(): ReadonlyMap<string, number>;
  preferred(): string | null;
  /** A variable of the environment. */
  environment(name: string): string | undefined;
}

/** What this machine says. */
export const SYSTEM: TableSources = {
  interfaces: listInterfaces,
  typeOf: interfaceType,
  signals: wifiSignals,
  preferred: defaultRouteDevice,
  environment: (name) => Deno.env.get(name),
};
