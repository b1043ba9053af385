import type { HostPort } from "../../config/host_port.ts";
import { parsePairingCode } from "../../config/pairing_code.ts";
import { encodeTicket } from "../../config/ticket.ts";
import { CLIENT_KEY_BYTES, type Welcome } from "../../core/pairing/pairing_messages.ts";
import { type CodeKeys, codeKeys } from "../../core/pairing/pairing_proof.ts";
import { relayServerName } from "../../core/relay/relay_name.ts";
import { unreachable } from "../../core/exhaustive.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { dial } from "../../net/dial.ts";
import { pauseFor } from "../../net/pause_for.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";
import { NotAtRelay, orNotAtRelay } from "../../relay/link/not_at_relay.ts";
import { type Joiner, redeemCode, type Redeemed } from "../../relay/pairing/redeem_code.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { withinLimit } from "../../relay/run/time_limit.ts";
import { passOnOurs } from "../../relay/run/whose_fault.ts";
import { showAside } from "../program/show.ts";
import { UsageError } from "../program/usage_error.ts";
import {
  type JoinedSite,
  joinedSite,
  type JoinOptions,
  siteJoinedAs,
  tellJoined,
  writeJoinedSite,
} from "./joined_site.ts";
import {
  absentAtRelay,
  mistrustedJoin,
  refusedJoin,
  strangerJoin,
  unreachedJoin,
} from "./pairing_failure.ts";
import { whoAnswers } from "./who_answers.ts";

const ATTEMPTS = 3;
const ATTEMPT_MS = 10_000;
/** SNAPT speaks at once; a web server would wait to be asked. */
const WELCOME_MS = 5_000;
const PAUSE_MS = 500;

/**
 * Redeems a code: connects to SNAPT, takes the certificate that is shown, and, once both ends have
 * proven the code for this certificate, writes the site with a fresh key. Returns its name.
 *
 * @throws {UsageError} the code or an option cannot be read
 * @throws {CommandFailed} SNAPT is not reached, refuses, or the site cannot be written
 */
export async function joinByCode(line: string, options: JoinOptions): Promise<string> {
  const { address, secret, route = null } = readCode(line);
  const keys = codeKeys(secret, PAIRING_HASHES);
  const serverName = route === null ? null : relayServerName(route);
  const joiner = new SiteJoiner(options, address, serverName);
  const { signal } = new AbortController();
  let broken: unknown = null;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    let outcome: Redeemed;
    try {
      outcome = await attemptJoin({ address, serverName }, keys, joiner, signal);
    } catch (error) {
      passOnOurs(error);
      broken = error;
      // Only what broke in the middle is likely to go better the next time.
      if (joiner.state === "begun") break;
      await pauseFor(PAUSE_MS, signal);
      continue;
    }
    switch (outcome.kind) {
      case "finished":
        return joiner.tell();
      case "refused":
        throw joiner.undone(refusedJoin(outcome.code, address));
      case "mistrusted":
        throw joiner.undone(mistrustedJoin(address));
      default:
        unreachable(outcome);
    }
  }
  if (joiner.state === "saved") {
    showAside(
      "SNAPT has the key and was not heard since. The code stays open until it expires, or until " +
        "the same command is run again.",
    );
    return joiner.tell();
  }
  throw await explained(address, broken, signal);
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
  { address, serverName }: { readonly address: HostPort; readonly serverName: string | null },
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
        chooseKey: (welcome) => {
          silence.cancel();
          return joiner.chooseKey(welcome);
        },
        save: (...kept) => joiner.save(...kept),
      });
    } finally {
      silence.cancel();
      limited.removeEventListener("abort", abort);
      conn.close();
    }
  });
}

/** What to say of an exchange that broke. */
async function explained(address: HostPort, broken: unknown, signal: AbortSignal): Promise<Error> {
  if (broken instanceof NotAtRelay) return absentAtRelay(address, broken);
  const isUnreached = broken instanceof ConnFailed && broken.code !== "tls" &&
    broken.code !== "reset" && broken.code !== "closedHere" && broken.code !== "brokenPipe";
  if (isUnreached) return unreachedJoin(address, broken);
  const isOver = broken instanceof ProtocolViolation || broken instanceof ConnFailed;
  const answerer = await whoAnswers(address, signal);
  return isOver || answerer.kind !== "other"
    ? strangerJoin(address, answerer, broken)
    : unreachedJoin(address, new Error("nobody answered in time"));
}

/** Keeps the key of one joining, over however many attempts. */
class SiteJoiner implements Joiner {
  readonly #options: JoinOptions;
  readonly #address: HostPort;
  /** By which a relay knows SNAPT; null: the address is SNAPT's own. */
  readonly #serverName: string | null;
  readonly #freshKey = crypto.getRandomValues(new Uint8Array(CLIENT_KEY_BYTES));
  #state: "begun" | "chosen" | "saved" = "begun";
  #site = "";
  #name = "";
  #isKnown = false;

  constructor(options: JoinOptions, address: HostPort, serverName: string | null) {
    this.#options = options;
    this.#address = address;
    this.#serverName = serverName;
  }

  get state(): "begun" | "chosen" | "saved" {
    return this.#state;
  }

  async chooseKey(welcome: Welcome): Promise<Uint8Array> {
    this.#name = welcome.name;
    const known = await siteJoinedAs(this.#options.configFile, welcome.clientId);
    if (known !== null) {
      this.#isKnown = this.#state === "begun";
      this.#state = "saved";
      this.#site = known.site;
      return known.key;
    }
    // Whatever keeps the site from being written is said before SNAPT stores anything.
    await this.#plan(welcome, this.#freshKey, new Uint8Array(1));
    this.#state = "chosen";
    return this.#freshKey;
  }

  async save(welcome: Welcome, key: Uint8Array, certificate: Uint8Array): Promise<void> {
    if (this.#state === "saved") return;
    const joined = await this.#plan(welcome, key, certificate);
    await writeJoinedSite(joined);
    this.#site = joined.site;
    this.#state = "saved";
  }

  /** Says which site it is; its name. */
  tell(): string {
    tellJoined({
      file: this.#options.configFile,
      site: this.#site,
      address: this.#address,
      name: this.#name,
      isJson: this.#options.isJson,
      isKnown: this.#isKnown,
    });
    return this.#site;
  }

  /** A refusal after the site was written: somebody else was quicker with the same code. */
  undone(error: Error): Error {
    if (this.#state === "saved") {
      showAside(
        `SNAPT does not take the key of site ${this.#site} in ${this.#options.configFile}: remove this site.`,
      );
    }
    return error;
  }

  async #plan(welcome: Welcome, key: Uint8Array, certificate: Uint8Array): Promise<JoinedSite> {
    const { clientId: id, name, site, addresses } = welcome;
    const line = encodeTicket({ name, address: this.#address, site, id, key, certificate });
    return await joinedSite(this.#options, line, addresses, this.#serverName);
  }
}
