/**
 * Tells people and programs that this machine has no network left (patent: the user is warned), and
 * when there is one again. A network that goes and comes back within two looks is not told of.
 */
import { type Notice, noticeOfNoNetwork } from "../../core/notice/notice.ts";
import type { Terminal } from "../../net/terminal.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** How often the networks are looked at, and how many looks in a row have to find none. */
export const ABSENCE_LOOK_MS = 1_000;
export const ABSENCE_LOOKS = 2;

const GONE = "This machine has no network: connections are kept and wait until there is one.\n";
const BACK = "This machine has a network again.\n";

/** A site, as far as this goes. */
export interface SiteNetwork {
  readonly name: string;
  /** Whether any network is there that could lead to it. */
  readonly hasNetwork: () => boolean;
}

export interface NetworkAbsenceContext {
  readonly sites: () => readonly SiteNetwork[];
  /** Null: nobody sits at one. */
  readonly terminal: Terminal | null;
  readonly publish: (notice: Notice) => void;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

export class NetworkAbsence {
  readonly #context: NetworkAbsenceContext;
  readonly #tasks: TaskGroup;
  /** How many looks in a row have found no network for a site. */
  readonly #looks = new Map<string, number>();
  #since: Date | null = null;

  constructor(context: NetworkAbsenceContext) {
    this.#context = context;
    this.#tasks = context.tasks.child("network absence", "keepGoing");
  }

  /** Since when no site has had a network; null: one has. */
  get since(): Date | null {
    return this.#since;
  }

  start(): void {
    this.#tasks.every(ABSENCE_LOOK_MS, () => this.look());
  }

  /** Looks once. */
  look(): void {
    const { sites, publish } = this.#context;
    const all = sites();
    for (const { name, hasNetwork } of all) {
      const looks = hasNetwork() ? 0 : (this.#looks.get(name) ?? 0) + 1;
      this.#looks.set(name, looks);
      if (looks !== ABSENCE_LOOKS) continue;
      publish(noticeOfNoNetwork(
        { program: "cnapt", site: name, client: null },
        this.#tasks.date().toISOString(),
      ));
    }
    const isAbsent = ({ name }: SiteNetwork) => (this.#looks.get(name) ?? 0) >= ABSENCE_LOOKS;
    const isGone = all.length > 0 && all.every(isAbsent);
    if (isGone && this.#since === null) this.#gone();
    if (!isGone && this.#since !== null) this.#back();
  }

  #gone(): void {
    const { log } = this.#context;
    this.#since = this.#tasks.date();
    log.warn("no-network", {
      reason: "this machine has none: connections are kept and wait until there is one",
    });
    this.#write(GONE);
  }

  #back(): void {
    this.#since = null;
    this.#context.log.info("network-again", {});
    this.#write(BACK);
  }

  #write(line: string): void {
    const { terminal } = this.#context;
    if (terminal?.isForeground() === true) terminal.write(line);
  }
}
