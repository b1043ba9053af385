import type { ServicePlan } from "./service_plan.ts";
import { systemdUnit } from "./systemd_unit.ts";

const STATE = "/var/lib/snapt";

/** SNAPT where Debian's package puts it; ports below 1024 take an addition of the administrator's. */
const PACKAGED: ServicePlan = {
  program: "snapt",
  start: ["/usr/bin/snapt"],
  configFile: "/etc/snapt/snapt.yaml",
  stateFolder: STATE,
  scope: "system",
  runAs: "snapt",
  home: STATE,
  stopSeconds: 15,
  capabilities: [],
};

/** The unit that packages of Linux have, which starts nothing before there is a configuration. */
export function packagedUnit(): string {
  return systemdUnit(PACKAGED, {
    head: [
      "# Of the package. What `systemctl edit snapt` makes stays when a newer package comes. Ports below",
      "# 1024 want AmbientCapabilities= and CapabilityBoundingSet=, both CAP_NET_BIND_SERVICE, there.",
    ],
    condition: `ConditionPathExists=${PACKAGED.configFile}`,
  });
}
