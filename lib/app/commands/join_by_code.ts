import { parsePairingCode } from "../../config/pairing_code.ts";
import { type CodeKeys, codeKeys } from "../../core/pairing/pairing_proof.ts";
import { relayServerName } from "../../core/relay/relay_name.ts";
import { dial } from "../../net/dial.ts";
import { pauseFor } from "../../net/pause_for.ts";
import { orNotAtRelay } from "../../relay/link/not_at_relay.ts";
import { raceToJoin } from "../../relay/pairing/join_race.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";
import { type Joiner, redeemCode, type Redeemed } from "../../relay/pairing/redeem_code.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { withinLimit } from "../../relay/run/time_limit.ts";
import { showAside } from "../program/show.ts";
import { UsageError } from "../program/usage_error.ts";
import type { JoinOptions } from "./joined_site.ts";
import { mistrustedJoin, refusedJoin } from "./pairing_failure.ts";
import { type JoinPlace, SiteJoiner } from "./site_joiner.ts";
import { whyNotJoined } from "./why_not_joined.ts";

const ATTEMPTS = 3;
const ATTEMPT_MS = 10_000;
/** SNAPT speaks at once; a web server would wait to be asked. */
const WELCOME_MS = 5_000;
const PAUSE_MS = 500;
/** How long a place of the code is tried alone before the next one is tried as well. */
const HEAD_START_MS = 250;

/**
 * Redeems a code: connects to SNAPT, takes the certificate that is shown, and, once both ends have
 * proven the code for this certificate, writes the site with a fresh key. Returns its name.
 *
 * @throws {UsageError} the code or an option cannot be read
 * @throws {CommandFailed} SNAPT is not reached, refuses, or the site cannot be written
 */
export async function joinByCode(line: string, options: JoinOptions): Promise<string> {
  const { address, others = [], secret, route = null } = readCode(line);
  const keys = codeKeys(secret, PAIRING_HASHES);
  const serverName = route === null ? null : relayServerName(route);
  // SNAPT itself is asked for by no name: its certificate is what counts.
  const places: readonly JoinPlace[] = [
    { address, serverName },
    ...others.map((other) => ({ address: other, serverName: null })),
  ];
  const joiner = new SiteJoiner(options, places);
  const { signal } = new AbortController();
  const race = { joiner, headStartMs: HEAD_START_MS };
  const redeem = (place: JoinPlace, one: Joiner, limited: AbortSignal) =>
    attemptJoin(place, keys, one, limited);
  const { met, outcomes } = await raceToJoin({ ...race, places, redeem }, signal);
  let tried = outcomes;
  // Only what broke in the middle is likely to go better the next time.
  for (let attempt = 1; met !== null; attempt++) {
    const [[, outcome] = []] = tried;
    if (outcome === undefined || outcome.kind === "broken") {
      if (attempt === ATTEMPTS) break;
      await pauseFor(PAUSE_MS, signal);
      tried = (await raceToJoin({ ...race, places: [met], redeem }, signal)).outcomes;
      continue;
    }
    if (outcome.kind === "finished") return joiner.tell();
    throw joiner.undone(
      outcome.kind === "refused"
        ? refusedJoin(outcome.code, met.address)
        : mistrustedJoin(met.address),
    );
  }
  if (joiner.state === "saved") {
    showAside(
      "SNAPT has the key and was not heard since. The code stays open until it expires, or until " +
        "the same command is run again.",
    );
    return joiner.tell();
  }
  throw await whyNotJoined(tried, signal);
}

function readCode(line: string): ReturnType<typeof parsePairingCode> {
  try {
    return parsePairingCode(line);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot join, the code is mistyped: ${detail}`, { cause });
  }
}

async function attemptJoin(
  { address, serverName }: JoinPlace,
  keys: CodeKeys,
  joiner: Joiner,
  signal: AbortSignal,
): Promise<Redeemed> {
  return await withinLimit({ clock: SYSTEM_CLOCK, ms: ATTEMPT_MS, signal }, async (limited) => {
    const tls = { ca: null, serverName };
    const dialling = dial(address, { kind: "any" }, { signal: limited, tls });
    const conn = await orNotAtRelay(dialling, tls);
    const abort = () => conn.reset();
    limited.addEventListener("abort", abort, { once: true });
    const silence = SYSTEM_CLOCK.timer(WELCOME_MS, abort);
    try {
      limited.throwIfAborted();
      return await redeemCode(conn, keys, {
        ...joiner,
        chooseKey: (welcome) => {
          silence.cancel();
          return joiner.chooseKey(welcome);
        },
      });
    } finally {
      silence.cancel();
      limited.removeEventListener("abort", abort);
      conn.close();
    }
  });
}
