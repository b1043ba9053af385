import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { PairingRefusal } from "../../core/pairing/pairing_messages.ts";
import { CommandFailed } from "../program/usage_error.ts";
import type { Answerer } from "./who_answers.ts";

const ANOTHER = "ask for another one (`snapt invite NAME`)";

/**
 * What to say of a code that was not redeemed. In our own words: what comes from the other end is
 * not proven.
 */
export function refusedJoin(code: PairingRefusal, address: HostPort): CommandFailed {
  const where = formatHostPort(address);
  switch (code) {
    case "codeUnknown":
      return refused(
        `SNAPT at ${where} does not know the code: it is one of another SNAPT, or an old one; ${ANOTHER}`,
      );
    case "badProof":
      return refused(
        `the code reached SNAPT at ${where} for another certificate than SNAPT's own: somebody on ` +
          "the way shows one of his own (inspects TLS). Nothing was given away, and the code has " +
          "lost one of its five tries: join over another network",
      );
    case "spent":
      return refused(`the code was redeemed before, and each is good for one CNAPT; ${ANOTHER}`);
    case "expired":
      return refused(`the code has expired; ${ANOTHER}`);
    case "revoked":
      return refused(`the code was taken back; ${ANOTHER}`);
    case "triedTooOften":
      return refused(
        `the code was tried five times with wrong proofs and is worth nothing any more; ${ANOTHER}`,
      );
    case "version":
      return refused(
        `SNAPT at ${where} redeems codes in another way than this cnapt: update the older one`,
      );
    case "notStored":
      return new CommandFailed(
        `Cannot join: SNAPT at ${where} could not store the key; its log says why. The code is ` +
          "not spent",
      );
    default:
      return unreachable(code);
  }
}

/** Whoever answered does not know the code. */
export function mistrustedJoin(address: HostPort): CommandFailed {
  return refused(
    `whoever answers at ${formatHostPort(address)} does not know the code: another SNAPT, or ` +
      "somebody on the way with a certificate of his own. Nothing was written: join over another network",
  );
}

/** Nobody answered, or nobody who speaks TLS and is a SNAPT. */
export function unreachedJoin(address: HostPort, cause: unknown): CommandFailed {
  const detail = cause instanceof Error ? cause.message.replace(/^Cannot /, "cannot ") : "";
  return new CommandFailed(
    `Cannot join: SNAPT was not reached at ${formatHostPort(address)} (${detail}). Is \`snapt\` ` +
      `running there, and do its router and firewall let TCP port ${address.port} in?`,
    { cause, exit: "noNetwork" },
  );
}

/** The relay of the code answered, and SNAPT is not there. */
export function absentAtRelay(address: HostPort, cause: unknown): CommandFailed {
  return new CommandFailed(
    `Cannot join: the relay at ${formatHostPort(address)} answers, and SNAPT is not connected to ` +
      "it now. Is `snapt` running there? `snapt status` says why it is not connected; the code is " +
      "not spent",
    { cause, exit: "noNetwork" },
  );
}

/** Somebody else answered. */
export function strangerJoin(address: HostPort, answerer: Answerer, cause: unknown): CommandFailed {
  const where = formatHostPort(address);
  const options = { cause, exit: "noNetwork" } as const;
  switch (answerer.kind) {
    case "plainSnapt":
      return new CommandFailed(
        `Cannot join: SNAPT at ${where} has \`security: none\` and takes no codes: ask for a ` +
          "ticket, which `snapt invite --offline NAME` prints",
        { cause, exit: "refused" },
      );
    case "webServer": {
      const { redirect } = answerer;
      const sends = redirect === null ? "" : ` that sends browsers to ${redirect}`;
      return new CommandFailed(
        `Cannot join: at ${where} a web server answers${sends}, and not SNAPT: a captive portal, ` +
          "or another program has the port. Log in to this network with a browser, or join over " +
          "another one; the code is not spent",
        options,
      );
    }
    case "ssh":
      return new CommandFailed(
        `Cannot join: at ${where} an SSH server answers, and not SNAPT: is the port right?`,
        options,
      );
    case "other":
      return new CommandFailed(
        `Cannot join: whoever answers at ${where} hangs up: it is no SNAPT, or an older one that ` +
          "takes no codes, or one that hears nobody from this address for half a minute, as too " +
          "many connections from here have failed. The code is not spent",
        options,
      );
    default:
      return unreachable(answerer);
  }
}

function refused(why: string): CommandFailed {
  return new CommandFailed(`Cannot join: ${why}`, { exit: "refused" });
}
