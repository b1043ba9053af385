/**
 * The connecting and closing of providers that belongs to a switch. In an overlapped one the new
 * provider is connected, and must answer, before anything else happens; the old one is closed
 * when all is over. In a strict one both happen in between, when all links are closed: the order
 * of the patent, [CNAPT-22] to [CNAPT-24].
 */
import type { CnaptSession } from "../../core/session/cnapt/cnapt_session.ts";
import type { CnaptEffect } from "../../core/session/cnapt_effect.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { type SwitchReceipt, SwitchReceiptDraft } from "../../core/session/switch_receipt.ts";
import { ConnectFailed, type Connector, type ConnectPurpose } from "../network/connector.ts";
import type { Providers } from "../network/provider.ts";
import type { StandbyLinks } from "../link/standby_links.ts";
import type { Clock } from "../run/clock.ts";
import { pause } from "../run/pause.ts";
import { withinLimit } from "../run/time_limit.ts";

/** So long SNAPT may take to answer over a network that has just been connected. */
const ANSWER_WITHIN_MS = 10_000;
const PROBE_LIMIT_MS = 4_000;
/** Routes and names may come a moment after the address. */
const PROBE_PAUSE_MS = 250;

interface SwitchMeans {
  readonly clock: Clock;
  readonly connector: Connector;
  readonly providers: Providers;
  readonly standby: StandbyLinks;
}

/**
 * Connects `purpose.to` ahead of an overlapped switch, and asks SNAPT over it. Null when it may
 * be switched to; else the receipt of the switch that failed. What was connected in vain is closed.
 */
export async function connectForSwitch(
  purpose: ConnectPurpose,
  epoch: number,
  means: SwitchMeans,
  signal: AbortSignal,
): Promise<SwitchReceipt | null> {
  const { clock, connector } = means;
  const { from, to, reason } = purpose;
  const draft = new SwitchReceiptDraft({ kind: "overlapped", from, to, reason }, clock.now());
  const failedWith = (failure: string) => {
    draft.endPhase("connect", clock.now());
    draft.reason = failure;
    return draft.finish("failed", epoch, 0, clock.now());
  };
  try {
    await connector.connect(purpose, signal);
  } catch (error) {
    if (!(error instanceof ConnectFailed)) throw error;
    return failedWith(error.message);
  }
  const silence = await whySilent(to, means, signal);
  if (silence === null) return null;
  connector.noteFailure(to, `it was connected, but ${silence}`);
  const failure = `Cannot use ${to}: it was connected, but ${silence}`;
  await connector.release({ from: to, to: from, reason: failure });
  return failedWith(failure);
}

/**
 * Closes the old provider of a strict switch and connects the new one, and tells the session. When
 * the new one cannot be had, the old one is connected again and the session looks for a way.
 */
export async function changeProvider(
  { connector, clock }: Pick<SwitchMeans, "connector" | "clock">,
  session: CnaptSession,
  signal: AbortSignal,
): Promise<readonly CnaptEffect[]> {
  const failure = await closeAndConnect(connector, session.purpose, signal);
  return failure === null
    ? session.sitePointPassed("left", clock.now())
    : session.providerNotConnected(failure, clock.now());
}

/** Null when the new provider is there; else why it is not. */
async function closeAndConnect(
  connector: Connector,
  purpose: ConnectPurpose,
  signal: AbortSignal,
): Promise<string | null> {
  await connector.release(purpose);
  try {
    if (connector.stateOf(purpose.to) === "raisable") await connector.connect(purpose, signal);
    return null;
  } catch (error) {
    if (!(error instanceof ConnectFailed)) throw error;
    const { from, to } = purpose;
    const back = { from: to, to: from, reason: error.message };
    if (connector.stateOf(from) !== "raisable") return error.message;
    const failure = await connector.connect(back, signal).then(() => "", (second: unknown) => {
      if (!(second instanceof ConnectFailed)) throw second;
      return `; ${second.message}`;
    });
    return error.message + failure;
  }
}

/** Why SNAPT does not answer over `key`; null when it does. */
async function whySilent(
  key: ProviderKey,
  { clock, providers, standby }: SwitchMeans,
  signal: AbortSignal,
): Promise<string | null> {
  return await withinLimit({ clock, ms: ANSWER_WITHIN_MS, signal }, async (patience) => {
    for (;;) {
      const provider = providers.find(key);
      if (provider === null) return "it is gone again";
      const { reach } = await standby.probe(provider, 1, PROBE_LIMIT_MS, patience);
      if (reach.kind === "answering") return null;
      if (patience.aborted) return "detail" in reach ? reach.detail : "SNAPT does not answer";
      await pause(clock, PROBE_PAUSE_MS, patience);
    }
  });
}
