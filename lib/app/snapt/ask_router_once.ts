import type { Identity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { MappingWay } from "../../core/mapping/mapping_way.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import { Log } from "../program/log.ts";
import { openMapping } from "./open_mapping.ts";

/** Whoever waits for a code waits no longer for a router: three methods take less. */
const LIMIT_MS = 10_000;

/**
 * Asks the router for what a SNAPT of this configuration is going to ask it for, and leaves it
 * there: how it stands.
 */
export async function askRouterOnce(
  config: SnaptConfig,
  identity: Pick<Identity, "secret">,
): Promise<readonly MappingWay[]> {
  // What there is to say is in the answer; a mistake of ours is told all the same.
  const told = Log.open({ level: "warn" });
  const log: RelayLog = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (event, fields) => told.error(event, fields),
    with: () => log,
  };
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  const listeners = config.listen.map(({ port }) => ({ port }));
  const mapping = openMapping({
    ...{ listeners, identity, tasks, log },
    current: () => config,
    clock: SYSTEM_CLOCK,
  });
  mapping.start();
  await mapping.settled(AbortSignal.timeout(LIMIT_MS));
  const ways = mapping.snapshot();
  await mapping.stop("leave");
  tasks.close();
  return ways;
}
