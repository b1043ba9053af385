import { watchInterfaceEvents } from "../../net/interface_events.ts";
import {
  addressesOf,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../net/interfaces.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { Log } from "../program/log.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import type { RunningSite } from "./running_site.ts";
import { StirredDevices } from "./stirred_devices.ts";

export interface FollowInterfacesContext {
  readonly table: ProviderTable;
  readonly running: readonly RunningSite[];
  readonly stopping: AbortSignal;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: Log;
}

/**
 * Tells the table, the listeners and the sites about this machine's interfaces, now and whenever
 * they change, and the sites of everything else that happens to a network, such as a route that comes
 * after its address. Returns what looks at once, for those who know that something has changed.
 */
export function followInterfaces(context: FollowInterfacesContext): () => void {
  const { table, running, stopping, tasks, log } = context;
  const useAddresses = (interfaces: readonly NetworkInterface[]) => {
    for (const { listeners } of running) listeners.useAddresses(addressesOf(interfaces));
  };
  useAddresses(listInterfaces());
  const look = watchInterfaces(stopping, (interfaces) => {
    tasks.guard("interfaces", () => useAddresses(interfaces));
    const lost = table.update(interfaces);
    for (const { site } of running) site.providersChanged();
    for (const { key, reason } of lost) {
      log.info("provider-lost", { provider: key, reason });
      for (const { site } of running) site.providerLost(key, reason);
    }
  });
  const stirred = new StirredDevices(tasks, (devices) => {
    for (const provider of table.keysOn(devices)) {
      for (const { site } of running) site.networkStirred(provider);
    }
  });
  tasks.run("interface events", async () => {
    const reason = await watchInterfaceEvents(stopping, (devices) => {
      look();
      stirred.add(devices);
    });
    if (reason !== null) log.debug("interfaces-polled", { reason });
  });
  return look;
}
