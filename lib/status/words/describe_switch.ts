import { counted } from "./counted.ts";
import { inBytes } from "./describe_bytes.ts";
import { inStall } from "./in_time.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { SwitchSummary } from "../../core/session/switch_summary.ts";

/** One line about a switch. */
export function describeSwitch(receipt: SwitchReceipt): string {
  const { outcome, kind, from, to, reason, totalMs, stallMs, streams, replayedBytes, relay } =
    receipt;
  if (outcome === "failed") return `${kind} switch ${from} -> ${to} failed: ${reason}`;
  return `${kind} switch ${from} -> ${to} (${reason}): ${totalMs} ms, longest stall ${
    inStall(stallMs)
  }, ` +
    `${counted(streams, "connection")}, ${replayedBytes} bytes sent twice` +
    (relay === undefined ? "" : `, through the relay at ${relay}`);
}

/** One line about a switch of several sites. */
export function describeSummary(summary: SwitchSummary): string {
  const { kind, to, totalMs, stallMs, streams, replayedBytes, sites } = summary;
  const there = sites.filter(({ outcome }) => outcome === "switched").length;
  return `${there} of ${sites.length} sites switched to ${to} (${kind}): ${totalMs} ms, ` +
    `longest stall ${inStall(stallMs)}, ${
      counted(streams, "connection")
    }, ${replayedBytes} bytes sent twice`;
}

/** The same in as few words as a row of a screen has room for. */
export function describeBriefly(receipt: SwitchReceipt): string {
  const { outcome, from, to, stallMs, streams, replayedBytes, reason } = receipt;
  if (outcome === "failed") return `${from} -> ${to} failed: ${reason}`;
  const twice = replayedBytes === 0 ? "" : `, ${inBytes(replayedBytes)} twice`;
  return `${from} -> ${to}, stall ${inStall(stallMs)}, ${
    counted(streams, "connection")
  }${twice}: ${reason}`;
}
