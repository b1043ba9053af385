import { openServiceManager, type ServiceManager } from "../../net/service_manager.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** How often it is looked whether the verdict has changed. */
const LOOK_MS = 5_000;

/**
 * Tells the service manager, where one has started this program and waits for it, that it listens,
 * how it is, and that it ends. One that cannot be told ends nothing: the log says so once.
 */
export class ServiceReport implements Disposable {
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #manager: ServiceManager | null;
  #verdict = "";
  #isMute = false;

  constructor(tasks: TaskGroup, log: RelayLog) {
    this.#tasks = tasks.child("service manager", "keepGoing");
    this.#log = log;
    const opened = openServiceManager();
    this.#manager = opened.kind === "open" ? opened.manager : null;
    if (opened.kind === "mute") this.#cannot(opened.reason);
  }

  /** The program listens; `verdict` is asked from time to time how it is, in one line. */
  ready(verdict: () => string): void {
    if (this.#manager === null) return;
    this.#verdict = verdict();
    this.#tell({ READY: "1", STATUS: this.#verdict });
    this.#tasks.every(LOOK_MS, () => {
      const now = verdict();
      if (now === this.#verdict) return;
      this.#verdict = now;
      this.#tell({ STATUS: now });
    });
    const { watchdogMs } = this.#manager;
    if (watchdogMs !== null) this.#tasks.every(watchdogMs, () => this.#tell({ WATCHDOG: "1" }));
  }

  /** The program has been asked to end. */
  stopping(): void {
    this.#tasks.close();
    this.#tell({ STOPPING: "1", STATUS: "ends" });
  }

  [Symbol.dispose](): void {
    this.#tasks.close();
    this.#manager?.[Symbol.dispose]();
  }

  #tell(fields: Readonly<Record<string, string>>): void {
    if (this.#manager?.tell(fields) === false) this.#cannot("its socket takes nothing");
  }

  #cannot(reason: string): void {
    if (this.#isMute) return;
    this.#isMute = true;
    this.#log.warn("service-manager-not-told", { reason });
  }
}
