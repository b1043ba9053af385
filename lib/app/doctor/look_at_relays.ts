import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { type RelayKeys, RelayKeysFailed } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { dial } from "../../net/dial.ts";
import type { ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import { whyAbsent } from "../../relay/own_relay/why_absent.ts";
import { passOnOurs } from "../../relay/run/whose_fault.ts";
import { attention, fails, type Finding, ok } from "./finding.ts";

const DIAL_LIMIT_MS = 5_000;
const NEW_CODE =
  "get a code there (`snapt relay invite NAME`), and run `snapt through CODE` with it";

/**
 * The relays that SNAPT goes through: as the one that runs says, or, where none could be asked, whether
 * there is a key and somebody answers. `running` null: none could be asked.
 */
export async function lookAtRelays(
  { through }: Pick<SnaptConfig, "through">,
  keys: RelayKeys,
  running: readonly ThroughRelaySnapshot[] | null,
): Promise<readonly Finding[]> {
  if (running !== null) return runningRelayFindings(running);
  return await Promise.all(
    [...through].map(async ([name, address]) => await lookAtRelay(name, address, keys)),
  );
}

/** One that is not reached is only worth attention while SNAPT is at another one. */
export function runningRelayFindings(
  relays: readonly ThroughRelaySnapshot[],
): readonly Finding[] {
  const isReached = relays.some(({ state }) => state === "attached");
  return relays.map(({ name, address, state, since, roundTripMs, why, quota }) => {
    const about = `relay ${name}`;
    if (state === "attached" && quota !== null && quota.state !== "free") {
      const text = `${quota.usedBytes} of ${quota.limitBytes} bytes of this month are used up`;
      const remedy = "whoever runs it can allow more: `snapt relay limit NAME --month 200GB`";
      const isOver = quota.state === "spent" && relays.length === 1;
      return (isOver ? fails : attention)(about, text, remedy);
    }
    if (state === "attached") {
      const trip = roundTripMs === null ? "" : `, ${roundTripMs.toFixed(1)} ms away`;
      return ok(about, `connected to ${address} since ${since ?? "its start"}${trip}`);
    }
    const reason = why?.reason ?? "it has not been tried yet";
    const text = `SNAPT is not connected to ${address}: ${reason}`;
    return (isReached ? attention : fails)(about, text, why?.remedy ?? "");
  });
}

/**
 * How SNAPT is reached otherwise, seen beside its relays: who is connected to one, and may have
 * something carried by it, needs no port that others reach.
 */
export function besideRelays(
  findings: readonly Finding[],
  relays: readonly ThroughRelaySnapshot[],
): readonly Finding[] {
  const there = relays.find(({ state, quota }) => state === "attached" && quota?.state !== "spent");
  if (there === undefined) return findings;
  const instead = `; through relay ${there.name} CNAPTs reach it all the same`;
  return findings.map((finding) =>
    finding.level === "attention" ? ok(finding.about, finding.text + instead) : finding
  );
}

async function lookAtRelay(name: string, address: HostPort, keys: RelayKeys): Promise<Finding> {
  const about = `relay ${name}`;
  const at = formatHostPort(address);
  try {
    if (await keys.find(name) === null) return fails(about, `there is no key for ${at}`, NEW_CODE);
  } catch (error) {
    if (!(error instanceof RelayKeysFailed)) throw error;
    return fails(about, error.message);
  }
  const signal = AbortSignal.timeout(DIAL_LIMIT_MS);
  try {
    const conn = await dial(address, { kind: "any" }, { signal });
    conn.close();
    return ok(about, `somebody answers at ${at}; a SNAPT that runs tells whether it is let in`);
  } catch (error) {
    passOnOurs(error);
    const { reason, remedy } = whyAbsent(error, address.port);
    return fails(about, reason, remedy);
  }
}
