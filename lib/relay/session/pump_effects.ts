import { unreachable } from "../../core/exhaustive.ts";
import type { CommonEffect } from "../../core/session/common_effect.ts";
import type { LooseLinks } from "./loose_links.ts";
import type { StreamPumps } from "./stream_pumps.ts";

const KINDS = [
  "attachOutbound",
  "attachInbound",
  "detach",
  "stopOutbound",
  "closeOldLinks",
  "checkInput",
  "wakeReader",
] as const;

/** What concerns the pump of one stream, and the links that it sends and receives on. */
export type PumpEffect = Extract<CommonEffect, { readonly kind: (typeof KINDS)[number] }>;

const OF_PUMPS: ReadonlySet<string> = new Set(KINDS);

export function isPumpEffect(effect: CommonEffect): effect is PumpEffect {
  return OF_PUMPS.has(effect.kind);
}

/** Carries it out; a stream or a link that is gone needs nothing more. */
export function performOnPump(effect: PumpEffect, pumps: StreamPumps, links: LooseLinks): void {
  switch (effect.kind) {
    case "attachOutbound": {
      const link = links.get(effect.link);
      if (link === undefined) return;
      return pumps.with(effect.stream, effect.kind, (pump) => pump.attachOutbound(link));
    }
    case "attachInbound": {
      const link = links.get(effect.link);
      if (link === undefined) return;
      links.remove(link.id); // from here on the pump closes it
      return pumps.with(effect.stream, effect.kind, (pump) => {
        pump.attachInbound(link, effect.from);
      });
    }
    case "detach":
    case "stopOutbound":
    case "closeOldLinks":
    case "checkInput":
    case "wakeReader":
      return pumps.with(effect.stream, effect.kind, (pump) => pump[effect.kind]());
    default:
      return unreachable(effect);
  }
}
