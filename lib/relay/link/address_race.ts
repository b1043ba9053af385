import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { isStranger, isUnserved } from "./dial_outcome.ts";
import type { Link } from "./link.ts";
import { LinkRefused } from "./link_auth.ts";
import { passOnUnlessLinkFailed } from "./link_failure.ts";

/** Opens a link at one address of SNAPT, or at one of several. */
export type OpenSomewhere = (signal: AbortSignal) => Promise<Link>;

export interface AddressRace {
  readonly tasks: TaskGroup;
  /** The most promising first; at least one. */
  readonly places: readonly OpenSomewhere[];
  /** How long each is alone before the next begins, unless it fails sooner; ms. */
  readonly headStartMs: number;
}

/**
 * Opens a link at one of several places: the first that is authenticated wins, and not the first that
 * is connected, as whoever answers there may be a stranger.
 *
 * @throws {LinkRefused | ProtocolViolation | ConnFailed} none is; what says most about why
 */
export async function raceAddresses(race: AddressRace, signal: AbortSignal): Promise<Link> {
  const { tasks, places, headStartMs } = race;
  const losers = new AbortController();
  const limited = AbortSignal.any([signal, losers.signal]);
  const attempts: Promise<Link>[] = [];
  try {
    let turn = Promise.resolve();
    for (const open of places) {
      const attempt = after(turn, open, limited);
      attempts.push(attempt);
      turn = endOfTurn(turn, attempt, () => pause(tasks, headStartMs, limited));
    }
    const winner = await Promise.any(attempts);
    closeOthers(tasks, attempts, winner);
    return winner;
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    for (const one of error.errors) passOnUnlessLinkFailed(one);
    throw mostTelling(error.errors);
  } finally {
    losers.abort();
  }
}

function closeOthers(tasks: TaskGroup, attempts: readonly Promise<Link>[], winner: Link): void {
  for (const attempt of attempts) {
    // Why it failed is of no interest any more, unless the mistake is ours.
    tasks.run("lost address", async () => {
      try {
        const link = await attempt;
        if (link !== winner) link.reset();
      } catch (error) {
        passOnUnlessLinkFailed(error);
      }
    });
  }
}

async function after(
  turn: Promise<void>,
  open: OpenSomewhere,
  signal: AbortSignal,
): Promise<Link> {
  await turn;
  signal.throwIfAborted();
  return await open(signal);
}

/** When the next may begin: after the head start of `attempt`, or when it has failed. */
async function endOfTurn(
  turn: Promise<void>,
  attempt: Promise<Link>,
  headStart: () => Promise<void>,
): Promise<void> {
  await turn;
  await Promise.race([headStart(), Promise.allSettled([attempt])]);
}

/**
 * What SNAPT said, else what a stranger in its place did, else that its relay answered without it,
 * else why the first place failed.
 */
function mostTelling(errors: readonly unknown[]): unknown {
  return errors.find((error) => error instanceof LinkRefused) ??
    errors.find((error) => error instanceof ProtocolViolation) ??
    errors.find(isStranger) ?? errors.find(isUnserved) ?? errors[0];
}
