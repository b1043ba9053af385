import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { pause } from "../../../lib/relay/run/pause.ts";
import type { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import type { Chance } from "../../sim/chance.ts";
import { SimConn } from "../../sim/sim_conn.ts";
import type { VirtualTime } from "../../sim/virtual_time.ts";

const MAX_PIECES = 8;
const MAX_PIECE_BYTES = 3_000;
const LONGEST_PAUSE_MS = 200;

/**
 * The application behind a stream of a hostile peer: sends something, takes what comes, now and
 * then not at all, and ends in any way. Nobody looks at its bytes.
 */
export class HostileApplication {
  /** The end that our program has. */
  readonly conn: SimConn;
  readonly #own: SimConn;
  readonly #chance: Chance;

  constructor(time: VirtualTime, chance: Chance, source: string) {
    const addresses = [source, "198.51.100.1:7"] as const;
    const [own, conn] = SimConn.pair({ time, chance, addresses, delaysMs: [1, 1] });
    this.#own = own;
    this.conn = conn;
    this.#chance = chance;
  }

  start(tasks: TaskGroup): this {
    tasks.run("take", () => this.#take(tasks));
    tasks.run("send", () => this.#send(tasks));
    return this;
  }

  async #take(tasks: TaskGroup): Promise<void> {
    const isStuck = this.#chance.isHit(0.1);
    if (isStuck) await pause(tasks, this.#chance.between(0, 20_000), tasks.signal);
    await tolerant(async () => {
      while (await this.#own.readNext() !== null);
    });
  }

  async #send(tasks: TaskGroup): Promise<void> {
    const chance = this.#chance;
    const wait = () => pause(tasks, chance.between(0, LONGEST_PAUSE_MS), tasks.signal);
    await tolerant(async () => {
      for (let pieces = chance.between(0, MAX_PIECES); pieces > 0; pieces--) {
        await this.#own.write(new Uint8Array(chance.between(1, MAX_PIECE_BYTES)));
        await wait();
      }
      if (chance.isHit(0.7)) await this.#own.closeWrite();
      await pause(tasks, chance.between(0, 20_000), tasks.signal);
    });
    if (chance.isHit(0.3)) this.#own.reset();
    else this.#own.close();
  }
}

async function tolerant(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ConnFailed)) throw error;
  }
}
