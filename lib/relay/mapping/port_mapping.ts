import type { OuterPort } from "../../core/mapping/mapping_answer.ts";
import {
  type MappingWay,
  reachableOuter,
  type WantedPorts,
} from "../../core/mapping/mapping_way.ts";
import type { Clock } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { WakeUp } from "../run/wake_up.ts";
import type { GatewayClient, RouterPlace } from "./gateway_client.ts";
import { KeptMapping, type PlaceAnswer } from "./kept_mapping.ts";
import { MappingBoard } from "./mapping_board.ts";

/** Where others reach this machine, and the address of it that a router leads them to. */
export interface LedPort extends OuterPort {
  readonly own: string | null;
}

export interface PortMappingContext {
  /** The families to ask for; IPv4 by all methods, IPv6 by those that know it. */
  readonly families: readonly (4 | 6)[];
  readonly place: (family: 4 | 6) => PlaceAnswer;
  /** @throws {ConnFailed} no socket */
  readonly clientsAt: (place: RouterPlace, family: 4 | 6) => readonly GatewayClient[];
  readonly wanted: () => WantedPorts;
  /** Of its own: it is closed with it. */
  readonly tasks: TaskGroup;
  /** Goes on when the task group is closed. */
  readonly clock: Clock;
  readonly log: RelayLog;
}

/** The ports of this SNAPT as its router maps them: where others reach it, and whether that changes. */
export class PortMapping {
  readonly #ways: readonly { readonly kept: KeptMapping; readonly board: MappingBoard }[];
  readonly #listeners = new Set<() => void>();
  readonly #news = new WakeUp();
  readonly #tasks: TaskGroup;
  #told: string;

  constructor(context: PortMappingContext) {
    const { tasks, log, wanted, clock } = context;
    this.#tasks = tasks;
    this.#ways = context.families.map((family) => {
      const board = new MappingBoard({
        ...{ family, wanted, log },
        date: () => clock.date(),
        changed: () => this.#changed(),
      });
      const kept = new KeptMapping({
        place: () => context.place(family),
        clientsAt: (place) => context.clientsAt(place, family),
        ...{ board, tasks, wanted, clock },
      });
      return { board, kept };
    });
    this.#told = JSON.stringify(this.outerAddresses());
  }

  start(): void {
    for (const { kept } of this.#ways) kept.start();
  }

  /** Other ports are wanted. */
  again(): void {
    for (const { kept } of this.#ways) kept.again();
  }

  /** Takes the mappings back, which takes a second at most; or leaves them to whoever runs next. */
  async stop(how: "takeBack" | "leave" = "takeBack"): Promise<void> {
    await Promise.all(this.#ways.map(({ kept }) => kept.stop(how)));
    this.#tasks.close();
  }

  /** Resolves when the router has given or refused what was asked for, or `signal` is aborted. */
  async settled(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#ways.some(({ board }) => board.way.state === "asking")) {
      await this.#news.waitOr(signal);
    }
  }

  /** How it stands, for each family. */
  snapshot(): readonly MappingWay[] {
    return this.#ways.map(({ board }) => board.way);
  }

  /** Where this SNAPT is reached from outside, as the router says; empty: nowhere that is known. */
  outerAddresses(): readonly LedPort[] {
    return this.#ways.flatMap(({ board: { way } }) => {
      const outer = reachableOuter(way);
      return outer === null ? [] : [{ ...outer, own: way.own }];
    });
  }

  /** Calls `listener` whenever `outerAddresses` are others. @returns ends that */
  whenChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#news.wake();
    const now = JSON.stringify(this.outerAddresses());
    if (now === this.#told) return;
    this.#told = now;
    for (const listener of this.#listeners) listener();
  }
}
