import { defaultRouteDevices } from "../../net/default_route.ts";
import { deviceTraffic } from "../../net/device_traffic.ts";
import type { FlowSnapshot } from "../../relay/datagram/cnapt_flow.ts";
import { watchInterfaceEvents } from "../../net/interface_events.ts";
import {
  addressesOf,
  INTERFACE_POLL_MS,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../net/interfaces.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { Log } from "../program/log.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import type { RunningSite } from "./running_site.ts";
import { type CarriedFlow, OwnTunnels } from "./own_tunnels.ts";
import { type LostProvider, tellOfProviders } from "./tell_of_providers.ts";
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
  const tell = (lost: readonly LostProvider[]) => tellOfProviders(running, lost, log);
  const look = watchInterfaces(stopping, (interfaces) => {
    tasks.guard("interfaces", () => useAddresses(interfaces));
    tell(table.update(interfaces));
  });
  new OwnTunnels({
    tunnels: () => table.tunnels(),
    trafficOf: deviceTraffic,
    flows: () => running.flatMap(({ site }) => site.flows.snapshot().map(flowOf(site.name))),
    changed: (carried) => tell(table.setCarried(carried)),
    tasks,
    log,
  }).start();
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
    if (reason === null) return;
    log.debug("interfaces-polled", { reason });
    let routes = defaultRoutes();
    tasks.every(INTERFACE_POLL_MS, () => {
      const now = defaultRoutes();
      if (now === routes) return;
      routes = now;
      stirred.add([]); // of which device a route has gone nobody says
    });
  });
  return look;
}

function defaultRoutes(): string {
  return (defaultRouteDevices() ?? []).join(" ");
}

function flowOf(site: string): (flow: FlowSnapshot) => CarriedFlow {
  return (flow) => ({
    name: `${site} ${flow.flow}`,
    service: flow.service,
    sentBytes: flow.sentBytes,
    receivedBytes: flow.receivedBytes,
    packets: flow.sentDatagrams + flow.receivedDatagrams,
  });
}
