import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { isUnixPath } from "../../config/stream_address.ts";
import { exposureOf } from "../program/load_config.ts";
import { type StatusAccess, StatusClient, StatusUnreachable } from "../program/status_client.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";
import { lookAtPlace, type Place } from "./look_at_place.ts";
import { RUNNING, runningFinding } from "./running_finding.ts";

/** The configuration file, a CNAPT that runs with it, and the ports that it wants. */
export async function lookAtOffers(
  configFile: string,
  { config, access }: { readonly config: CnaptConfig; readonly access: StatusAccess },
): Promise<readonly Finding[]> {
  const exposure = await exposureOf(configFile);
  const file = exposure === null
    ? ok("configuration", `${configFile} has no mistake, and nobody else can read it`)
    : attention("configuration", exposure);
  const running = await lookAtRunning(config, access);
  const isRunning = running.about === RUNNING;
  const ports = isRunning ? [] : await Promise.all(placesOf(config).map(lookAtPlace));
  return [file, running, ...ports];
}

async function lookAtRunning(config: CnaptConfig, access: StatusAccess): Promise<Finding> {
  if (config.status === null) {
    return ok("status endpoint", "it is off, so a running CNAPT cannot be asked");
  }
  const client = new StatusClient("CNAPT", config.status, access);
  try {
    const now: CnaptDocument = JSON.parse(await client.get("/status.json"));
    return runningFinding(now);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof StatusUnreachable && error.kind === "absent") {
      return attention(
        "status endpoint",
        "no CNAPT runs with this configuration",
        "`cnapt` runs it",
      );
    }
    return fails("status endpoint", reason);
  }
}

function placesOf({ sites, status, metrics }: CnaptConfig): readonly Place[] {
  const places: Place[] = [];
  if (status !== null) places.push({ about: "status endpoint", listen: status, protocol: "tcp" });
  if (metrics !== null) places.push({ about: "metrics", listen: metrics, protocol: "tcp" });
  for (const [name, { services, socks5, http }] of sites) {
    for (const [service, { listen, protocol }] of services ?? []) {
      if (isUnixPath(listen)) continue;
      places.push({ about: `service ${name}/${service}`, listen, protocol: protocol ?? "tcp" });
    }
    if (socks5 !== null) places.push({ about: `${name} socks5`, listen: socks5, protocol: "tcp" });
    if (http !== null) places.push({ about: `${name} http`, listen: http, protocol: "tcp" });
  }
  return places;
}
