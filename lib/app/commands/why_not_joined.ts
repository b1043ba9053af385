import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { unreachable } from "../../core/exhaustive.ts";
import { LocalMisuse } from "../../core/local_misuse.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { NotAtRelay } from "../../relay/link/not_at_relay.ts";
import type { JoinOutcome } from "../../relay/pairing/join_race.ts";
import { CommandFailed } from "../program/usage_error.ts";
import {
  absentAtRelay,
  mistrustedJoin,
  refusedJoin,
  strangerJoin,
  unreachedJoin,
} from "./pairing_failure.ts";
import type { JoinPlace } from "./site_joiner.ts";
import { whoAnswers } from "./who_answers.ts";

type Tried = readonly [JoinPlace, JoinOutcome];

/**
 * What to say when no place of a code has taken it: the refusal of a SNAPT that knows the code, else
 * what was wrong at the first place, with a word on the others.
 */
export async function whyNotJoined(
  outcomes: readonly Tried[],
  signal: AbortSignal,
): Promise<CommandFailed> {
  const known = outcomes.find(([, one]) => one.kind === "refused" && one.code !== "codeUnknown");
  const [first] = outcomes;
  const told = known ?? first;
  if (told === undefined) {
    throw new LocalMisuse("Cannot say why it was not joined: nothing was tried");
  }
  const failure = await failureOf(told, signal);
  const rest = known === undefined ? outcomes.slice(1) : [];
  if (rest.length === 0) return failure;
  const nor = rest.map(([{ address }, outcome]) =>
    `${formatHostPort(address)} (${briefly(outcome)})`
  );
  return new CommandFailed(`${failure.message}. Nor was SNAPT met at ${nor.join(" or ")}`, {
    cause: failure.cause,
    exit: failure.exit,
  });
}

async function failureOf(
  [{ address }, outcome]: Tried,
  signal: AbortSignal,
): Promise<CommandFailed> {
  switch (outcome.kind) {
    case "refused":
      return refusedJoin(outcome.code, address);
    case "mistrusted":
      return mistrustedJoin(address);
    case "finished":
      throw new LocalMisuse("Cannot say why it was not joined: it was");
    case "broken":
      return await brokenJoin(address, outcome.error, signal);
    default:
      return unreachable(outcome);
  }
}

async function brokenJoin(
  address: HostPort,
  error: unknown,
  signal: AbortSignal,
): Promise<CommandFailed> {
  if (error instanceof NotAtRelay) return absentAtRelay(address, error);
  const isUnreached = error instanceof ConnFailed && error.code !== "tls" &&
    error.code !== "reset" && error.code !== "closedHere" && error.code !== "brokenPipe";
  if (isUnreached) return unreachedJoin(address, error);
  const isOver = error instanceof ProtocolViolation || error instanceof ConnFailed;
  const answerer = await whoAnswers(address, signal);
  return isOver || answerer.kind !== "other"
    ? strangerJoin(address, answerer, error)
    : unreachedJoin(address, new Error("nobody answered in time"));
}

function briefly(outcome: JoinOutcome): string {
  if (outcome.kind !== "broken") return "who answers there does not know the code";
  const { error } = outcome;
  if (error instanceof NotAtRelay) return "it is not connected to this relay";
  if (error instanceof ProtocolViolation) return "who answers there is no SNAPT";
  if (error instanceof ConnFailed) return error.message.replace(/^Cannot /, "cannot ");
  return "nobody answered in time";
}
