import { SENSITIVITIES, type SensitivityName } from "../../lib/core/decision/sensitivity.ts";
import { Liveness } from "../../lib/core/path/liveness.ts";
import { assert, assertEquals } from "../assert.ts";
import { Chance } from "./chance.ts";
import { type LossyPath, LossyTcp } from "./lossy_tcp.ts";
import { type Planned, VirtualTime } from "./virtual_time.ts";

const HOUR_MS = 3_600_000;
const MESSAGE_MS = 10;
/** Sums of times are not exact. */
const ROUNDING_MS = 1e-6;
const BAD: LossyPath = { delayMs: 10, jitterMs: 25, loss: 0.02 };
const GOOD: LossyPath = { delayMs: 10, jitterMs: 0, loss: 0 };
const OTHER: LossyPath = { delayMs: 30, jitterMs: 0, loss: 0 };

/** A path on which a message goes out every 10 ms and comes back, and what Liveness makes of it. */
class WatchedPath {
  readonly time = new VirtualTime();
  readonly #chance: Chance;
  readonly #path: LossyPath;
  readonly #liveness: Liveness;
  readonly #profile: SensitivityName;
  #check: Planned | null = null;
  deaths: string[] = [];
  askedAround = 0;
  sought = 0;
  silentFrom = Infinity;

  constructor(profile: SensitivityName, seed: number, path = BAD) {
    this.#chance = new Chance(seed);
    this.#path = path;
    this.#profile = profile;
    this.#liveness = new Liveness({ ...SENSITIVITIES[profile], measureMs: 1_000 }, 0);
  }

  /**
   * What this path gets from its last sign of life: where things were lost a moment ago, more than
   * others. Until it is asked, and once more for the answer, what its round trips may take.
   */
  get patienceMs(): number {
    const { quietMs, outvotedAfterMs } = SENSITIVITIES[this.#profile];
    const { roundTripMs, jitterMs } = this.#liveness.meter;
    const usualMs = (roundTripMs ?? 0) + 4 * jitterMs;
    return quietMs + usualMs + Math.max(outvotedAfterMs, usualMs) + ROUNDING_MS;
  }

  /** Messages until `endAt`; on a bad path the receiver pauses now and then for 3 s. */
  run(endAt: number): void {
    const tcp = () => new LossyTcp(this.#path, this.#chance);
    const [up, down] = [tcp(), tcp()];
    const control = [tcp(), tcp()] as const;
    let pausedUntil = 0;
    const send = () => {
      if (this.time.now > endAt) return;
      const isBad = this.#path === BAD;
      if (isBad && this.#chance.isHit(MESSAGE_MS / 60_000)) pausedUntil = this.time.now + 3_000;
      this.#liveness.noteSent(this.time.now);
      const echoedAt = Math.max(up.arrivalOf(this.time.now, true), pausedUntil);
      this.#arrive(down.arrivalOf(echoedAt, true), () => this.#liveness.notePayload(this.time.now));
      this.time.after(MESSAGE_MS, send);
      this.#arm(control);
    };
    this.time.soon(send);
    this.#arm(control);
    while (this.time.now <= endAt + 10_000 && this.deaths.length === 0 && this.time.step());
  }

  /** After a silence began nothing arrives any more. */
  #arrive(at: number, run: () => void): void {
    if (at < this.silentFrom) this.time.after(at - this.time.now, run);
  }

  #arm(control: readonly [LossyTcp, LossyTcp]): void {
    this.time.cancel(this.#check);
    const due = this.#liveness.nextCheckAt() - this.time.now;
    this.#check = this.time.after(due, () => {
      this.#judge(control);
      this.#arm(control);
    });
  }

  #judge([there, back]: readonly [LossyTcp, LossyTcp]): void {
    const verdict = this.#liveness.check(this.time.now);
    switch (verdict.kind) {
      case "fine":
        return;
      case "ask": {
        const { token } = verdict;
        const at = back.arrivalOf(there.arrivalOf(this.time.now, false), false);
        this.#arrive(at, () => this.#liveness.notePong(token, this.time.now));
        return;
      }
      case "askAround": {
        this.askedAround += 1;
        for (let i = 0; i < 3; i++) {
          const at = this.#freshRoundTrip(this.#path);
          this.#arrive(at, () => this.#liveness.notePath(this.time.now));
        }
        const other = this.#freshRoundTrip(OTHER);
        this.time.after(
          other - this.time.now,
          () => this.#liveness.noteOtherAnswered(this.time.now),
        );
        return;
      }
      case "verify": // here the system does not tell
        return this.#liveness.noteSystem(null, this.time.now);
      case "seek":
        this.sought += 1;
        return;
      case "dead":
        this.deaths.push(`${this.time.now}: ${verdict.reason}`);
    }
  }

  #freshRoundTrip(path: LossyPath): number {
    const there = new LossyTcp(path, this.#chance).arrivalOf(this.time.now, false);
    return new LossyTcp(path, this.#chance).arrivalOf(there, false);
  }
}

function seedOf(): number {
  const seed = Number(Deno.env.get("SIM_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`SIM_SEED=${seed}`);
  return seed;
}

for (const profile of ["calm", "normal", "fast"] as const) {
  Deno.test(`an hour of loss, jitter and pauses of the receiver is no alarm with ${profile}`, () => {
    const path = new WatchedPath(profile, seedOf());
    path.run(HOUR_MS);
    assertEquals(path.deaths, []);
    console.log(`asked around ${path.askedAround} times, another link sought ${path.sought} times`);
  });
}

/** So many paths of a profile fall silent. */
const PATHS = 25;
/** Nine of ten are given up sooner, whatever the seed. */
const USUAL_LIMITS = { calm: 3_300, normal: 850, fast: 600 } as const;

for (const [profile, limitMs] of Object.entries(USUAL_LIMITS) as [SensitivityName, number][]) {
  Deno.test(`a bad path that falls silent is given up as soon as it was measured, and mostly within ${limitMs} ms, with ${profile}`, () => {
    const seed = seedOf();
    const took = Array.from({ length: PATHS }, (_, number) => {
      const path = new WatchedPath(profile, seed + number);
      path.silentFrom = 30_000;
      path.run(60_000);
      const [death = ""] = path.deaths;
      assert(death.includes("over another network"), death);
      const tookMs = Number(death.split(":")[0]) - path.silentFrom;
      const { patienceMs } = path;
      assert(tookMs <= patienceMs, `${tookMs} ms instead of ${patienceMs}, seed ${seed + number}`);
      return tookMs;
    });
    const median = took.sort((a, b) => a - b)[Math.floor(PATHS / 2)] ?? Infinity;
    assert(median <= limitMs, `${median} ms`);
  });
}

for (const [profile, limitMs] of [["normal", 620], ["fast", 190]] as const) {
  Deno.test(`an ordinary network that falls silent at any moment is left within ${limitMs} ms with ${profile}`, () => {
    const seed = seedOf();
    for (let at = 30_000; at < 31_100; at += 23) {
      const path = new WatchedPath(profile, seed, GOOD);
      path.silentFrom = at;
      path.run(40_000);
      const tookMs = Number((path.deaths[0] ?? "").split(":")[0]) - at;
      assert(tookMs <= limitMs, `${tookMs} ms from ${at} on`);
    }
  });
}
