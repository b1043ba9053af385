import type { CnaptConfig } from "../../config/cnapt_config.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { isNotAnnounced } from "../../status/verdict/not_announced.ts";
import { sitePhaseOf, type SiteState } from "../../relay/site/site_snapshot.ts";
import { describeAway } from "../../status/words/describe_away.ts";
import { describeConfirmation } from "../../status/words/describe_confirmation.ts";
import { describeRate } from "../../status/words/describe_rate.ts";
import { describeSwitch } from "../../status/words/describe_switch.ts";
import { describeWay } from "../../status/words/describe_way.ts";
import { runningCnapt } from "./running_cnapt.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

/** `cnapt status`: where it is, what it offers, what goes through it. */
export async function cnaptStatus(config: CnaptConfig, isJson: boolean): Promise<void> {
  const body = await runningCnapt(config).get("/status.json");
  if (isJson) return showDocument("cnapt.status/1", JSON.parse(body));
  const now: CnaptDocument = JSON.parse(body);
  const isThere = now.state === "connected" || now.state === "switching";
  const absence = describeAbsence(now.noNetworkSince);
  show(isThere ? `${now.state} over ${now.provider}` : `${now.state}${absence}`);
  for (const [name, site] of Object.entries(now.sites)) {
    const why = describePause(site) ?? (site.refusal === null ? "" : `: ${site.refusal.sentence}`);
    const roundTrip = site.roundTripMs === null ? "" : `, ${site.roundTripMs.toFixed(1)} ms`;
    const rate = describeRate(site.achievedBytesPerSecond);
    show(`site ${name}: ${site.state}${why}${roundTrip}${rate === "" ? "" : `, ${rate}`}`);
    const way = describeWay(site);
    if (way !== null) show(`  ${way}`);
    if (site.away !== null) show(`  ${describeAway(site.away)}`);
    if (site.packetBytes !== null) {
      show(`  packets of ${site.packetBytes} bytes at most: full ones vanish on this network`);
    }
    for (const { provider, reason } of site.failures) {
      const what = isReached(site.state) ? "trouble" : "not reached";
      show(`  ${what}${provider === "" ? "" : ` over ${provider}`}: ${reason}`);
    }
    for (const offer of now.offers.filter((one) => one.site === name)) {
      const streams = now.streams.filter((one) =>
        one.site === name && one.service === offer.service && one.opener === "client"
      );
      const flows = now.flows.filter((one) => one.site === name && one.service === offer.service);
      const users = offer.protocol === "udp"
        ? `${flows.length} flows${flows[0] === undefined ? "" : ` (${flows[0].way})`}`
        : `${streams.length} connections${heldOf(streams)}`;
      const refused = offer.refused === 0 ? "" : `, ${offer.refused} not allowed`;
      const missing = isNotAnnounced(site, offer.service) ? ", SNAPT does not offer it" : "";
      const where = `${offer.service.padEnd(16)} ${offer.listen}/${offer.protocol}`;
      show(`  ${where}  ${users}${refused}${missing}`);
    }
    for (const { name: service, protocol, address, reason } of site.clientServices) {
      const calls = now.streams.filter((one) =>
        one.site === name && one.service === service && one.opener === "server"
      );
      const waits = reason === "" ? "waits for SNAPT" : `not reached: ${reason}`;
      const where = address === "" ? waits : `reached at ${address}/${protocol}`;
      show(
        `  ${service.padEnd(16)} ${where}${address === "" ? "" : `  ${calls.length} connections`}`,
      );
    }
  }
  for (const question of now.questions) show(describeConfirmation(question));
  for (const { site, kind, listen, refused, associations } of now.proxies) {
    const relays = associations === 0 ? "" : `, ${associations} relaying datagrams`;
    const turnedAway = refused === 0 ? "" : `, ${refused} not allowed`;
    show(`${kind} for ${site}: ${listen}${relays}${turnedAway}`);
  }
  for (const one of now.switches.slice(-5)) {
    const site = Object.keys(now.sites).length > 1 ? ` ${one.site}:` : "";
    show(`${one.endedAt}${site} ${describeSwitch(one)}`);
  }
}

/** That this machine has no network at all; empty while it has. */
function describeAbsence(since: string | null): string {
  return since === null
    ? ""
    : `: this machine has no network since ${since}; connections are kept and wait`;
}

/** Why there is no session, and when the next one is tried. */
function describePause({ pause }: CnaptDocument["sites"][string]): string | null {
  if (pause === null) return null;
  const seconds = (pause.remainingMs / 1_000).toFixed(1);
  return `: ${pause.reason}; CNAPT tries again in ${seconds} s`;
}

function isReached(state: SiteState): boolean {
  const phase = sitePhaseOf(state);
  return phase === "connected" || phase === "preparing" || phase === "switching";
}

/** How many of them wait for another network, and why. */
function heldOf(streams: CnaptDocument["streams"]): string {
  const reasons = streams.flatMap(({ held }) => held ?? []);
  return reasons.length === 0 ? "" : ` (${reasons.length} wait: ${reasons[0]})`;
}
