import { SnaptSession } from "../../../../../lib/core/session/snapt/snapt_session.ts";
import type { SnaptSessionSettings } from "../../../../../lib/core/session/snapt_session_settings.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { Bind } from "../../../../../lib/core/wire/message.ts";
import { openingOf } from "../../../../opening.ts";
import { INSTANCE, SNAPT_SETTINGS } from "../session_settings.ts";

export const CONTROL = 1;

/** A connected session of SNAPT. */
export function connected(settings: Partial<SnaptSessionSettings> = {}): SnaptSession {
  const all = { ...SNAPT_SETTINGS, ...settings };
  const session = new SnaptSession(all, CONTROL, new MemoryBudget(1e6), 0);
  session.start(0);
  return session;
}

/** BIND of stream 1, with nothing special about it. */
export function bind(change: Partial<Bind> = {}): Bind {
  return {
    kind: "bind",
    instance: INSTANCE,
    stream: 1,
    epoch: 0,
    binding: 1,
    mode: "open",
    from: 0,
    received: 0,
    opening: openingOf("ssh"),
    ...change,
  };
}
