import type { TaskGroup } from "../run/task_group.ts";
import type { UdpWay } from "./udp_way.ts";

/** After a switch the old way is listened to for so long: datagrams may still be under way. */
const RETIRE_MS = 2_000;

/** The ways of networks that were left, which are listened to for a while yet. */
export class RetiredWays {
  readonly #tasks: TaskGroup;
  readonly #ways = new Set<Pick<UdpWay, "forget" | "close">>();

  constructor(tasks: TaskGroup) {
    this.#tasks = tasks;
  }

  /** `way` is closed when its time is over. */
  add(way: Pick<UdpWay, "forget" | "close">): void {
    this.#ways.add(way);
    this.#tasks.timer(RETIRE_MS, () => {
      this.#ways.delete(way);
      way.close();
    });
  }

  /** What still comes for `flow` is nobody's. */
  forget(flow: number): void {
    for (const way of this.#ways) way.forget(flow);
  }

  close(): void {
    for (const way of this.#ways) way.close();
    this.#ways.clear();
  }
}
