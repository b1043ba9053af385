/**
 * The places of a code, tried until SNAPT has proven in one of them that it knows the code. A stranger
 * in another place (a private address is somebody else's in every other network) is passed over.
 *
 * Theory of operation. A place is begun when the one before has failed, or has had its head start.
 * The exchange that comes to a key calls the others off and is the only one from then on. Proofs are
 * given for a certificate: where it is not SNAPT's own, SNAPT counts a try against the code. So each
 * certificate gets one proof, wherever it is shown; who shows it in a second place waits for what
 * becomes of the first.
 */
import { pauseFor } from "../../net/pause_for.ts";
import { whoseFault } from "../run/whose_fault.ts";
import type { Joiner, Redeemed } from "./redeem_code.ts";

/** How one place fared: as its exchange ended, or what broke it. */
export type JoinOutcome = Redeemed | { readonly kind: "broken"; readonly error: unknown };

export interface JoinResult<Place> {
  /** Where SNAPT has proven the code; null: nowhere. */
  readonly met: Place | null;
  /** Of the place where SNAPT was met alone; else of all, in their order. */
  readonly outcomes: readonly (readonly [Place, JoinOutcome])[];
}

export interface JoinRace<Place> {
  /** The preferred first. */
  readonly places: readonly Place[];
  readonly joiner: Pick<Joiner, "save"> & {
    chooseKey(...args: [...Parameters<Joiner["chooseKey"]>, Place]): Promise<Uint8Array>;
  };
  /** Redeems the code in one place, within a limit of its own. */
  readonly redeem: (place: Place, joiner: Joiner, signal: AbortSignal) => Promise<Redeemed>;
  readonly headStartMs: number;
}

/** @throws what the joiner throws; nothing that a place or the network does */
export async function raceToJoin<Place>(
  { places, joiner, redeem, headStartMs }: JoinRace<Place>,
  signal: AbortSignal,
): Promise<JoinResult<Place>> {
  const proofs = new Map<string, Promise<JoinOutcome>>();
  const decided = Promise.withResolvers<readonly [Place, JoinOutcome]>();
  const calledOff = new AbortController();
  let met: Place | null = null;

  const tryPlace = async (place: Place): Promise<readonly [Place, JoinOutcome]> => {
    const own = new AbortController();
    const onCalledOff = () => {
      if (met !== place) own.abort(calledOff.signal.reason);
    };
    calledOff.signal.addEventListener("abort", onCalledOff, { once: true });
    const ended = Promise.withResolvers<JoinOutcome>();
    let elsewhere: JoinOutcome | null = null;
    const asWinner: Joiner = {
      beforeProof: async (channel) => {
        const shown = channel.toHex();
        const before = proofs.get(shown);
        if (before === undefined) {
          proofs.set(shown, ended.promise);
          return;
        }
        elsewhere = await before;
        throw new DOMException("The same certificate had its proof elsewhere", "AbortError");
      },
      chooseKey: async (welcome) => {
        own.signal.throwIfAborted();
        met = place;
        calledOff.abort();
        return await joiner.chooseKey(welcome, place);
      },
      save: (...kept) => joiner.save(...kept),
    };
    let outcome: JoinOutcome;
    try {
      outcome = await redeem(place, asWinner, AbortSignal.any([signal, own.signal]));
    } catch (error) {
      outcome = elsewhere ?? { kind: "broken", error };
    }
    calledOff.signal.removeEventListener("abort", onCalledOff);
    ended.resolve(outcome);
    const isOurs = outcome.kind === "broken" && whoseFault(outcome.error) === "ours";
    if (met === place || isOurs) {
      calledOff.abort();
      decided.resolve([place, outcome]);
    }
    return [place, outcome];
  };

  const tried: Promise<readonly [Place, JoinOutcome]>[] = [];
  for (const place of places) {
    if (calledOff.signal.aborted || signal.aborted) break;
    const one = tryPlace(place);
    tried.push(one);
    const over = new AbortController();
    const headStart = pauseFor(headStartMs, AbortSignal.any([calledOff.signal, over.signal]));
    await Promise.race([one, headStart]);
    over.abort();
    await headStart;
  }
  // The others end by themselves: a name that is still looked up holds nobody up.
  const outcomes = await Promise.race([decided.promise.then((one) => [one]), Promise.all(tried)]);
  for (const [, outcome] of outcomes) {
    if (outcome.kind === "broken" && whoseFault(outcome.error) === "ours") throw outcome.error;
  }
  return { met, outcomes };
}
