import type { DatagramSession } from "../../core/wire/datagram_messages.ts";
import { loadSodium } from "../datagram/sealing/chacha20_poly1305.ts";
import { CnaptDatagrams, type CnaptDatagramsContext } from "../datagram/cnapt_datagrams.ts";
import type { CnaptSessionContext } from "./cnapt_session_context.ts";

/** What carries the datagrams of a session; null when SNAPT wants them protected another way. */
export async function openCnaptDatagrams(
  offer: DatagramSession,
  { endpoint, flows, settings, log }: CnaptSessionContext,
  driver: Pick<CnaptDatagramsContext, "requestLink" | "heard">,
): Promise<CnaptDatagrams | null> {
  const expected = endpoint.tls === null ? "signed" : "sealed";
  if (offer.protection !== expected) {
    log.warn("protocol-violation", { reason: `SNAPT wants datagrams ${offer.protection}` });
    return null;
  }
  const { ruleOf } = settings;
  if (expected === "sealed") await loadSodium();
  return new CnaptDatagrams(offer, {
    ...driver,
    flows,
    key: endpoint.credentials.key,
    ruleOf,
    log,
  });
}
