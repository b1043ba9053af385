import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { cnaptStatusToken } from "../../config/status_token.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { SwitchSummary } from "../../core/session/switch_summary.ts";
import type { SwitchOutcome } from "../../relay/site/switch_sites.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { describeConfirmation } from "./describe_confirmation.ts";
import { describeRate } from "./describe_rate.ts";
import { printable } from "../program/printable.ts";
import { errorOf, StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** A switch ends within `timeouts.switch`; its answer takes a little longer. */
const SWITCH_ANSWER_MS = 30_000;

/** `cnapt status`: where it is, what it offers, what goes through it. */
export async function cnaptStatus(config: CnaptConfig, isJson: boolean): Promise<void> {
  const body = await clientOf(config).get("/status.json");
  if (isJson) return console.log(body);
  const now: CnaptDocument = JSON.parse(body);
  const isThere = now.state === "connected" || now.state === "switching";
  show(isThere ? `${now.state} over ${now.provider}` : now.state);
  for (const [name, site] of Object.entries(now.sites)) {
    const refusal = site.refusal === null ? "" : `: ${site.refusal.sentence}`;
    const roundTrip = site.roundTripMs === null ? "" : `, ${site.roundTripMs.toFixed(1)} ms`;
    const rate = describeRate(site.achievedBytesPerSecond);
    show(`site ${name}: ${site.state}${refusal}${roundTrip}${rate === "" ? "" : `, ${rate}`}`);
    for (const { provider, reason } of site.failures) {
      show(`  not reached${provider === "" ? "" : ` over ${provider}`}: ${reason}`);
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
      show(`  ${offer.service.padEnd(16)} ${offer.listen}/${offer.protocol}  ${users}${refused}`);
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

/** How many of them wait for another network, and why. */
function heldOf(streams: CnaptDocument["streams"]): string {
  const reasons = streams.flatMap(({ held }) => held ?? []);
  return reasons.length === 0 ? "" : ` (${reasons.length} wait: ${reasons[0]})`;
}

/**
 * `cnapt switch`: moves to another interface and waits for the end.
 *
 * @throws {CommandFailed} it did not happen
 */
export async function cnaptSwitch(
  config: CnaptConfig,
  request: {
    readonly to: string;
    /** Only this one; all sites when null. */
    readonly site: string | null;
    readonly isStrict: boolean;
    readonly isJson: boolean;
  },
): Promise<void> {
  const answer = await clientOf(config).post(
    "/switch",
    {
      to: request.to,
      mode: request.isStrict ? "strict" : "overlapped",
      ...(request.site === null ? {} : { site: request.site }),
    },
    config.timeouts.switch + SWITCH_ANSWER_MS,
  );
  const isDone = answer.code === 200;
  if (isDone || answer.code === 409) {
    const { receipts, summary }: SwitchOutcome = JSON.parse(answer.body);
    const isOfSeveral = (summary?.sites.length ?? 0) > 1;
    for (const receipt of receipts) {
      if (request.isJson) console.log(JSON.stringify(receipt));
      else show(`${isOfSeveral ? `${receipt.site}: ` : ""}${describeSwitch(receipt)}`);
    }
    if (summary !== undefined && isOfSeveral) {
      if (request.isJson) console.log(JSON.stringify({ summary }));
      else show(describeSummary(summary));
    }
  }
  if (!isDone) throw new CommandFailed(errorOf(answer));
}

/** One line about a switch. */
export function describeSwitch(receipt: SwitchReceipt): string {
  const { outcome, kind, from, to, reason, totalMs, stallMs, streams, replayedBytes } = receipt;
  if (outcome === "failed") return `${kind} switch ${from} -> ${to} failed: ${reason}`;
  return `${kind} switch ${from} -> ${to} (${reason}): ${totalMs} ms, longest stall ${stallMs} ms, ` +
    `${streams} connections, ${replayedBytes} bytes sent twice`;
}

/** One line about a switch of several sites. */
export function describeSummary(summary: SwitchSummary): string {
  const { kind, to, totalMs, stallMs, streams, replayedBytes, sites } = summary;
  const there = sites.filter(({ outcome }) => outcome === "switched").length;
  return `${there} of ${sites.length} sites switched to ${to} (${kind}): ${totalMs} ms, ` +
    `longest stall ${stallMs} ms, ${streams} connections, ${replayedBytes} bytes sent twice`;
}

/** What a peer said is in many a line: a terminal must not obey it. */
function show(line: string): void {
  console.log(printable(line));
}

/** The running CNAPT of a configuration. */
export function clientOf(config: CnaptConfig): StatusClient {
  const [first] = config.sites.values();
  if (first === undefined) throw new CommandFailed("Cannot ask CNAPT: it has no site");
  return new StatusClient("CNAPT", config.status, cnaptStatusToken(first.ticket.key));
}
