import type { Welcome } from "../../../../lib/core/pairing/pairing_messages.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { type JoinRace, raceToJoin } from "../../../../lib/relay/pairing/join_race.ts";
import type { Joiner, Redeemed } from "../../../../lib/relay/pairing/redeem_code.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

const LONG_MS = 600_000;
const WELCOME: Welcome = {
  clientId: new Uint8Array(16),
  name: "laptop",
  site: "home",
  addresses: [],
};

/** Who answers in a place: what he does with the code. */
type Answerer = (joiner: Joiner, signal: AbortSignal) => Promise<Redeemed>;

/** SNAPT with the certificate of this number. */
function snapt(certificate: number): Answerer {
  return async (joiner) => {
    await joiner.beforeProof?.(Uint8Array.of(certificate));
    const key = await joiner.chooseKey(WELCOME);
    await joiner.save(WELCOME, key, Uint8Array.of(certificate));
    return { kind: "finished" };
  };
}

/** Somebody with a certificate of his own; `proofs` gets it for each proof that he is given. */
function stranger(certificate: number, proofs: number[] = []): Answerer {
  return async (joiner) => {
    await joiner.beforeProof?.(Uint8Array.of(certificate));
    proofs.push(certificate);
    await Promise.resolve();
    return { kind: "refused", code: "badProof" };
  };
}

function nobody(): Promise<Redeemed> {
  return Promise.reject(new ConnFailed("refused", "Cannot connect: nobody listens"));
}

/** Resolves when it is called off. */
function silent(off: PromiseWithResolvers<void>): Answerer {
  return async (_, signal) => {
    signal.addEventListener("abort", () => off.resolve(), { once: true });
    await off.promise;
    throw signal.reason;
  };
}

async function race(answerers: readonly Answerer[], headStartMs: number, changes: object = {}) {
  const saved: number[] = [];
  const options: JoinRace<{ readonly at: number; readonly answers: Answerer }> = {
    places: answerers.map((answers, at) => ({ at, answers })),
    joiner: {
      chooseKey: () => Promise.resolve(new Uint8Array(32)),
      save: (_welcome, _key, [certificate = 0]) => {
        saved.push(certificate);
        return Promise.resolve();
      },
      ...changes,
    },
    redeem: (place, joiner, signal) => place.answers(joiner, signal),
    headStartMs,
  };
  const { met, outcomes } = await raceToJoin(options, new AbortController().signal);
  const all = outcomes.map(([{ at }, outcome]) =>
    `${at} ${outcome.kind === "refused" ? outcome.code : outcome.kind}`
  );
  return { met: met?.at ?? null, all, saved };
}

Deno.test("the first place is taken alone when SNAPT is there at once", async () => {
  const begun: number[] = [];
  const other: Answerer = (joiner, signal) => {
    begun.push(1);
    return snapt(1)(joiner, signal);
  };
  const { met, all, saved } = await race([snapt(1), other], LONG_MS);
  assertEquals([met, all, saved, begun], [0, ["0 finished"], [1], []]);
});

Deno.test("the next place is begun as soon as the one before has failed", async () => {
  const { met, all } = await race([nobody, stranger(2), snapt(1)], LONG_MS);
  assertEquals([met, all], [2, ["2 finished"]]);
});

Deno.test("a place that is silent is called off when SNAPT is met in the next one", async () => {
  const off = Promise.withResolvers<void>();
  const { met, all } = await race([silent(off), snapt(1)], 0);
  await off.promise;
  assertEquals([met, all], [1, ["1 finished"]]);
});

Deno.test("a name that is still looked up holds nobody up", async () => {
  const never: Answerer = () => Promise.withResolvers<Redeemed>().promise;
  assertEquals((await race([never, snapt(1)], 0)).met, 1);
});

Deno.test("without SNAPT in any place it is told how each fared", async () => {
  const { met, all } = await race([nobody, stranger(2), nobody], LONG_MS);
  assertEquals([met, all], [null, ["0 broken", "1 badProof", "2 broken"]]);
});

Deno.test("a certificate gets one proof, in however many places it is shown", async () => {
  const proofs: number[] = [];
  const answerers = [stranger(2, proofs), stranger(2, proofs), stranger(3, proofs)];
  for (const headStartMs of [0, LONG_MS]) {
    proofs.length = 0;
    const { met, all } = await race(answerers, headStartMs);
    assertEquals([met, all], [null, ["0 badProof", "1 badProof", "2 badProof"]]);
    assertEquals(proofs, [2, 3]);
  }
});

Deno.test("of two that prove the code one is joined", async () => {
  const first = Promise.withResolvers<void>();
  const late: Answerer = async (joiner, signal) => {
    await first.promise;
    return await snapt(1)(joiner, signal);
  };
  const chooseKey = () => {
    first.resolve();
    return Promise.resolve(new Uint8Array(32));
  };
  const { met, saved } = await race([late, snapt(2)], 0, { chooseKey });
  assertEquals([met, saved], [1, [2]]);
});

Deno.test("an exchange that breaks after the key was chosen is told as that of its place", async () => {
  const breaks: Answerer = async (joiner) => {
    await joiner.chooseKey(WELCOME);
    return await nobody();
  };
  const { met, all } = await race([nobody, breaks, snapt(1)], LONG_MS);
  assertEquals([met, all], [1, ["1 broken"]]);
});

Deno.test("what keeps the site from being written ends the race", async () => {
  const off = Promise.withResolvers<void>();
  const chooseKey = () => Promise.reject(new TypeError("there is such a site"));
  const joining = race([silent(off), snapt(1)], 0, { chooseKey });
  await assertRejects(() => joining, TypeError, "there is such a site");
  await off.promise;
});
