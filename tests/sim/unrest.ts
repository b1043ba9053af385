import type { ApplicationPlan } from "./sim_application.ts";
import type { StreamPlan } from "./sim_connections.ts";
import type { World } from "./world.ts";

type Disturbance =
  | "overlapped"
  | "strict"
  | "twice"
  | "unplug"
  | "silence"
  | "stall"
  | "breakControl"
  | "breakStreamLink"
  | "loseAll"
  | "replay"
  | "sleep"
  | "badDials";

/** How often each disturbance comes; planned and sudden switches about evenly. */
const DISTURBANCES: readonly Disturbance[] = [
  "overlapped",
  "overlapped",
  "overlapped",
  "strict",
  "strict",
  "twice",
  "unplug",
  "unplug",
  "silence",
  "stall",
  "breakControl",
  "breakControl",
  "breakStreamLink",
  "breakStreamLink",
  "loseAll",
  "replay",
  "sleep",
  "badDials",
];

/** A slow application with small pieces sends no more of them than this, or it would never end. */
const MOST_PIECES = 120;
/** Longest outage of one provider, ms. */
const MAX_OUTAGE_MS = 2_500;

/** Lets everything happen to a world that can happen to a network, at times chosen by chance. */
export class Unrest {
  readonly #world: World;
  readonly #until: number;
  readonly #longestPauseMs: number;
  readonly counts = new Map<Disturbance, number>();

  constructor(world: World, lastsMs: number, longestPauseMs: number) {
    this.#world = world;
    this.#until = world.time.now + lastsMs;
    this.#longestPauseMs = longestPauseMs;
    this.#next();
  }

  /** A connection whose applications do anything that applications do. */
  randomStream(): StreamPlan {
    const { chance, time } = this.#world;
    const plan = (): ApplicationPlan => {
      const stuckFrom = time.now + chance.between(0, 3_000);
      const pieceBytes = chance.pick([50, 1_400, 8_000]) + chance.between(20, 200);
      const most = Math.min(chance.pick([40, 3_000, 30_000, 200_000]), pieceBytes * MOST_PIECES);
      return {
        sendsBytes: chance.isHit(0.15) ? 0 : chance.between(1, most),
        pieceBytes,
        sendPauseMs: chance.pick([0, 5, 100]),
        readPauseMs: chance.pick([0, 0, 5, 100]),
        isLastToEnd: false,
        stuck: chance.isHit(0.2)
          ? { from: stuckFrom, until: stuckFrom + chance.between(0, 4_000) }
          : null,
        resetsAt: chance.isHit(0.05) ? time.now + chance.between(0, 5_000) : null,
      };
    };
    const server = plan();
    return {
      client: plan(),
      server: { ...server, isLastToEnd: chance.isHit(0.3) },
      isUnreachable: chance.isHit(0.03),
    };
  }

  #next(): void {
    const { time, chance } = this.#world;
    time.after(chance.between(0, this.#longestPauseMs), () => {
      if (time.now > this.#until) return;
      const disturbance = chance.pick(DISTURBANCES);
      this.counts.set(disturbance, (this.counts.get(disturbance) ?? 0) + 1);
      this.#disturb(disturbance);
      this.#next();
    });
  }

  #disturb(disturbance: Disturbance): void {
    const { chance, network, time, cnapt } = this.#world;
    switch (disturbance) {
      case "overlapped":
      case "strict":
        return this.#switch(disturbance);
      case "twice": {
        this.#switch(chance.pick(["overlapped", "strict"]));
        const again = () => this.#switch(chance.pick(["overlapped", "strict"]));
        return void time.after(chance.between(0, 400), again);
      }
      case "unplug":
        return this.#cutOff("unplug", [chance.pick(network.keys)]);
      case "silence":
        return this.#cutOff("silence", [chance.pick(network.keys)]);
      case "loseAll":
        return this.#cutOff(chance.pick(["unplug", "silence"]), network.keys);
      case "stall":
        return network.stall(chance.pick(network.keys), chance.between(0, 1_500));
      case "breakControl": {
        const control = cnapt.control;
        control?.break(chance.between(0, 50));
        if (chance.isHit(0.5)) control?.peer?.break(chance.between(0, 50));
        return;
      }
      case "breakStreamLink": {
        const links = network.openLinks;
        if (links.length === 0) return;
        const { cnapt, snapt } = chance.pick(links);
        const side = chance.between(0, 2);
        if (side !== 0) cnapt.break(chance.between(0, 50));
        if (side !== 1) snapt.break(chance.between(0, 50));
        return;
      }
      case "replay":
        return this.#replay();
      case "sleep":
        return time.sleep(chance.between(1, 1_500));
      case "badDials": {
        const key = chance.pick(network.keys);
        network.setDialFailures(key, chance.pick([0.2, 0.6, 1]));
        return void time.after(chance.between(0, 1_500), () => network.setDialFailures(key, 0));
      }
    }
  }

  #switch(shape: "overlapped" | "strict"): void {
    const { cnapt, chance, network } = this.#world;
    const others = network.candidates.filter((key) => key !== cnapt.session.provider);
    if (others.length > 0) this.#world.switchTo(chance.pick(others), shape);
  }

  #cutOff(how: "unplug" | "silence", keys: readonly string[]): void {
    const { chance, network, time, cnapt } = this.#world;
    for (const key of keys) {
      network[how](key);
      if (how === "unplug" && chance.isHit(0.5)) {
        time.after(chance.between(0, 30), () => cnapt.providerLost(key));
      }
      time.after(chance.between(1, MAX_OUTAGE_MS), () => network.restore(key));
    }
  }

  /** The first frame of a link of the past comes again, on a link that is authenticated. */
  #replay(): void {
    const { chance, network } = this.#world;
    const past = network.firstFrames.filter(({ kind }) => kind !== "connect");
    if (past.length > 0) this.#world.forge(chance.pick(past));
  }
}
