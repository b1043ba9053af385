/**
 * Keeps the ports of SNAPT mapped by the router of one family of addresses.
 *
 * Theory of operation. One loop does what the table of `lib/core/mapping/mapping_keeper.ts` says:
 * asks, looks, rests. The TCP port leads: where it is mapped, the UDP port is asked for with the same
 * number, since CNAPT sends datagrams there. Between any two acts it is looked whether router and
 * own address are still the same. A router tells who listens to 224.0.0.1 that it has restarted or
 * has another address; it is asked every few seconds instead, since a firewall or the Wi-Fi keeps
 * such words off, other programs have the port, and a router that has restarted may not know whom
 * to tell.
 */
import { GatewayEpoch } from "../../core/mapping/gateway_epoch.ts";
import type {
  MappingMethod,
  RefusedPort,
  SilentRouter,
} from "../../core/mapping/mapping_answer.ts";
import {
  afterFact,
  firstState,
  type KeeperFact,
  type KeeperState,
  nextAct,
} from "../../core/mapping/mapping_keeper.ts";
import { methodName, type WantedPorts } from "../../core/mapping/mapping_way.ts";
import { outerAddressWords, UNCONNECTED_REMEDY } from "../../core/mapping/outer_address.ts";
import { passOnUnlessConnFailed } from "../../net/conn_failed.ts";
import type { Clock } from "../run/clock.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { GatewayClient, RouterPlace } from "./gateway_client.ts";
import { type HeldPorts, lifetimeOf, mapPorts } from "./mapped_ports.ts";
import type { MappingBoard } from "./mapping_board.ts";

/** Whether this machine has a router, and where. */
export type PlaceAnswer = RouterPlace | {
  readonly kind: "absent" | "needless";
  /** Why nobody is asked. */
  readonly words: string;
  readonly remedy: string;
};

export interface KeptMappingContext {
  readonly place: () => PlaceAnswer;
  /** The methods by which a router is asked, the best one first. @throws {ConnFailed} no socket */
  readonly clientsAt: (place: RouterPlace) => readonly GatewayClient[];
  readonly wanted: () => WantedPorts;
  readonly board: MappingBoard;
  readonly tasks: TaskGroup;
  /** Goes on when the task group is closed, so that a mapping is taken back then, too. */
  readonly clock: Clock;
}

/** Another network is noticed after so long. */
const PLACE_POLL_MS = 2_000;
/** Whoever ends waits no longer for a router. */
const UNMAP_LIMIT_MS = 1_000;

export class KeptMapping {
  readonly #context: KeptMappingContext;
  readonly #ending = new AbortController();
  #awake = new AbortController();
  #place: RouterPlace | null = null;
  #clients: readonly GatewayClient[] = [];
  #state: KeeperState = firstState(1);
  #epoch = new GatewayEpoch();
  #held: HeldPorts | null = null;
  /** What each method has met with. */
  readonly #refusals = new Map<MappingMethod, { readonly why: string; readonly words: string }>();
  #parting: "takeBack" | "leave" = "takeBack";
  #running: Promise<void> = Promise.resolve();

  constructor(context: KeptMappingContext) {
    this.#context = context;
  }

  /** Goes on until it is stopped or the task group is closed. */
  start(): void {
    const { tasks } = this.#context;
    tasks.signal.addEventListener("abort", () => this.#ending.abort(), { once: true });
    const ended = Promise.withResolvers<void>();
    this.#running = ended.promise;
    tasks.run("keep mapping", async () => {
      try {
        await this.#keep();
      } finally {
        ended.resolve();
      }
    });
  }

  /** Other ports are wanted. */
  again(): void {
    this.#note({ kind: "moved" });
    this.#awake.abort();
  }

  /** Takes the mapping back, as far as the router does it within a second; or leaves it there. */
  async stop(how: "takeBack" | "leave" = "takeBack"): Promise<void> {
    this.#parting = how;
    this.#ending.abort();
    await this.#running;
  }

  get #signal(): AbortSignal {
    return this.#ending.signal;
  }

  async #keep(): Promise<void> {
    try {
      while (!this.#signal.aborted) {
        if (await this.#findPlace()) await this.#act();
        else await this.#sleep(PLACE_POLL_MS);
      }
    } finally {
      const { clock } = this.#context;
      const { signal } = new AbortController();
      await withinLimit({ clock, ms: UNMAP_LIMIT_MS, signal }, (signal) => this.#giveBack(signal));
      await this.#closeClients();
    }
  }

  /** Whether there is a router to ask; what was known of another one is forgotten. */
  async #findPlace(): Promise<boolean> {
    const { place: find, clientsAt, board } = this.#context;
    const place = find();
    if ("kind" in place) {
      // The network may come back, and the mapping be there still.
      if (this.#held === null) {
        board.failed({ ...place, state: place.kind === "needless" ? "needless" : "unmapped" });
      }
      return false;
    }
    if (this.#place !== null && isSamePlace(place, this.#place)) return true;
    await this.#closeClients();
    if (this.#held !== null) board.lost("this machine is in another network");
    this.#held = null;
    this.#epoch = new GatewayEpoch();
    this.#refusals.clear();
    this.#place = null;
    try {
      this.#clients = clientsAt(place);
    } catch (error) {
      passOnUnlessConnFailed(error);
      return false; // the address is just going
    }
    this.#place = place;
    board.asking(place);
    this.#note({ kind: "moved" });
    return true;
  }

  async #act(): Promise<void> {
    const { clock } = this.#context;
    const act = nextAct(this.#state, clock.now());
    switch (act.kind) {
      case "ask": {
        const client = this.#clients[act.method];
        if (client !== undefined) await this.#ask(client);
        return;
      }
      case "look": {
        await this.#sleep(Math.min(act.atMs - clock.now(), PLACE_POLL_MS));
        if (clock.now() >= act.atMs && !this.#signal.aborted) await this.#look();
        return;
      }
      case "rest":
        await this.#sleep(Math.min(act.untilMs - clock.now(), PLACE_POLL_MS));
        if (clock.now() >= act.untilMs) this.#note({ kind: "rested" });
        return;
    }
  }

  async #ask(client: GatewayClient): Promise<void> {
    const { board, wanted, clock } = this.#context;
    const answer = await mapPorts(client, wanted(), { before: this.#held, signal: this.#signal });
    if (answer.kind !== "granted") {
      if (!this.#signal.aborted) this.#refused(client, answer);
      return;
    }
    const { tcp, udp } = this.#held = answer.ports;
    const { epochS, outer } = tcp.granted;
    if (epochS !== null) this.#epoch.take(epochS, clock.now());
    this.#refusals.clear();
    const useless = outerAddressWords(outer.host);
    const lifetimeS = lifetimeOf(answer.ports);
    board.mapped({
      method: client.method,
      tcp: outer,
      udp: udp?.granted.outer ?? null,
      lifetimeS,
      words: [useless?.words ?? "", answer.words].filter((text) => text !== "").join("; "),
      remedy: useless?.remedy ?? "",
    });
    this.#note({ kind: "granted", lifetimeS });
  }

  #refused(client: GatewayClient, answer: RefusedPort | SilentRouter): void {
    const { board } = this.#context;
    const reason = `${methodName(client.method)}: ${
      answer.kind === "silent" ? answer.words : `the router ${answer.words}`
    }`;
    const wasHeld = this.#state.kind === "held";
    const why = answer.kind === "silent" ? answer.kind : answer.why;
    this.#refusals.set(client.method, { why, words: reason });
    this.#note({ kind: why === "unconnected" ? why : answer.kind });
    if (wasHeld && this.#state.kind === "asking") this.#lose(reason);
    if (this.#state.kind !== "resting") return;
    if (this.#held !== null) this.#lose(reason);
    const all = [...this.#refusals.values()];
    board.failed({
      state: "unmapped",
      words: all.map(({ words }) => words).join("; "),
      remedy: all.some(({ why }) => why === "unconnected") ? UNCONNECTED_REMEDY : null,
    });
  }

  #lose(reason: string): void {
    if (this.#held !== null) this.#context.board.lost(reason);
    this.#held = null;
  }

  async #look(): Promise<void> {
    const { clock, board } = this.#context;
    if (this.#held === null) return;
    const { client, tcp } = this.#held;
    const look = await client.look(tcp, this.#signal);
    if (this.#signal.aborted) return;
    switch (look.kind) {
      case "silent":
        board.silent(look.words);
        return this.#note({ kind: "unseen" });
      case "forgotten":
        board.forgotten(look.words);
        return this.#note({ kind: "forgotten" });
      case "seen": {
        board.seen();
        const isKept = look.epochS === null ||
          this.#epoch.take(look.epochS, clock.now()) === "kept";
        const isSame = look.outerHost === null || look.outerHost === tcp.granted.outer.host;
        if (isKept && isSame) return this.#note({ kind: "seen" });
        board.forgotten(isKept ? "the router has another address" : "the router has restarted");
        return this.#note({ kind: "forgotten" });
      }
    }
  }

  #note(fact: KeeperFact): void {
    const nowMs = this.#context.clock.now();
    const methods = Math.max(1, this.#clients.length);
    this.#state = afterFact(this.#state, fact, { nowMs, methods });
  }

  async #sleep(ms: number): Promise<void> {
    this.#awake = new AbortController();
    const either = AbortSignal.any([this.#signal, this.#awake.signal]);
    await pause(this.#context.clock, Math.max(0, ms), either);
  }

  async #giveBack(signal: AbortSignal): Promise<void> {
    if (this.#held === null || this.#parting === "leave") return;
    const { client, tcp, udp } = this.#held;
    this.#held = null;
    if (udp !== null) await client.unmap(udp, signal);
    await client.unmap(tcp, signal);
    this.#context.board.removed();
  }

  async #closeClients(): Promise<void> {
    const clients = this.#clients;
    this.#clients = [];
    for (const client of clients) await client.close();
  }
}

function isSamePlace(one: RouterPlace, other: RouterPlace): boolean {
  return one.router === other.router && one.own === other.own && one.device === other.device;
}
