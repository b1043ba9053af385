import { ruledName } from "../../core/decision/service_rule.ts";
import { relayOnPath } from "../link/relay_on_path.ts";
import { awaySnapshot } from "../session/away_snapshot.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";
import type { SiteSnapshot } from "./site_snapshot.ts";
import { streamSnapshot } from "./stream_snapshot.ts";

type SessionSnapshot = Pick<
  SiteSnapshot,
  | "away"
  | "failures"
  | "epoch"
  | "roundTripMs"
  | "heardAgoMs"
  | "usualSilenceMs"
  | "relay"
  | "parkedLinks"
  | "memoryBytes"
  | "streams"
>;

/** What the status shows of the session of a site; null: there is none. */
export function sessionSnapshot(driver: CnaptDriver | null): SessionSnapshot {
  const session = driver?.session ?? null;
  return {
    away: driver === null ? null : awaySnapshot(driver.controlLink, driver.session),
    failures: driver?.supply.failures ?? [],
    epoch: session?.epoch ?? 0,
    roundTripMs: session?.roundTripMs ?? null,
    heardAgoMs: driver === null ? null : heardAgoMs(driver),
    usualSilenceMs: session === null ? null : Math.round(session.path.usualSilenceMs),
    relay: relayOnPath(driver?.controlLink.current ?? null),
    parkedLinks: driver?.supply.parkedCount ?? 0,
    memoryBytes: session?.memory.usedBytes ?? 0,
    streams: [...session?.streams.values() ?? []].map((stream) =>
      streamSnapshot(
        stream,
        driver?.packed.snapshot(stream.id) ?? null,
        session?.isWaiting(stream) === true
          ? `${ruledName(stream.opening.target)} is not allowed over ${session.provider}`
          : null,
      )
    ),
  };
}

/** When something was heard of SNAPT; null: nothing yet. */
export function heardAgoMs({ session, controlLink }: CnaptDriver): number | null {
  const { saidAt } = session.path;
  return saidAt === null ? null : Math.round(controlLink.clock.now() - saidAt);
}
