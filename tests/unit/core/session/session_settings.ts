import { ALL_SERVICES } from "../../../../lib/core/decision/service_rule.ts";
import type { CnaptSessionSettings } from "../../../../lib/core/session/cnapt_session_settings.ts";
import type { CnaptEffect } from "../../../../lib/core/session/cnapt_effect.ts";
import { MessageRecord } from "../../../../lib/core/session/message_record.ts";
import type { SessionLimits } from "../../../../lib/core/session/session_limits.ts";
import type { SnaptEffect } from "../../../../lib/core/session/snapt_effect.ts";
import type { SnaptSessionSettings } from "../../../../lib/core/session/snapt_session_settings.ts";
import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { Message } from "../../../../lib/core/wire/message.ts";
import { tcpService } from "../../../opening.ts";

/** What a session of either role may want done. */
type Effect = CnaptEffect | SnaptEffect;

const LIMITS: SessionLimits = { ringBytes: 64 * 1024, sessionBytes: 1024 * 1024, streams: 2 };

export const Z_MS = 10_000;
export const INSTANCE = "0011223344556677";

export const CNAPT_SETTINGS: CnaptSessionSettings = {
  instance: INSTANCE,
  claim: "atOnce",
  clientServices: [],
  ruleOf: () => ALL_SERVICES,
  limits: LIMITS,
  liveness: { heartbeatMs: 5_000, deadAfterMs: 1_000 },
  switchTimeoutMs: Z_MS,
};

export const SNAPT_SETTINGS: SnaptSessionSettings = {
  places: [],
  instance: INSTANCE,
  site: "home",
  services: [tcpService("ssh", 22)],
  destinations: "none" as const,
  datagrams: null,
  limits: LIMITS,
  switchTimeoutMs: Z_MS,
  inactivityMs: 60_000,
};

/** A record of its own, with a budget of its own. */
export function newRecord(limitBytes = 1e6, memory = new MemoryBudget(1e6)): MessageRecord {
  return new MessageRecord({ limitBytes, memory });
}

/** The kinds of `effects`, in order; a message that is sent counts by its own kind. */
export function kindsOf(effects: readonly Effect[]): readonly string[] {
  return effects.map((effect) => sentMessage(effect)?.kind ?? effect.kind);
}

/** The messages of this kind that are sent. */
export function sent<K extends Message["kind"]>(
  effects: readonly Effect[],
  kind: K,
): readonly Extract<Message, { kind: K }>[] {
  const isWanted = (message: Message | null): message is Extract<Message, { kind: K }> =>
    message?.kind === kind;
  return effects.map(sentMessage).filter(isWanted);
}

function sentMessage(effect: Effect): Message | null {
  return effect.kind === "sendControl" || effect.kind === "sendOnLink" ? effect.message : null;
}
