import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { SnaptServer } from "../../relay/server/snapt_server.ts";
import type { Admissions } from "./admissions.ts";

/** Ends what a running SNAPT has of those that it lets in no longer. */
export class Revocations {
  readonly #admissions: Admissions;
  readonly #server: Pick<SnaptServer, "review">;
  /** Whose sessions were ended, until that is asked for. */
  readonly #ended = new Set<string>();

  constructor(admissions: Admissions, server: Pick<SnaptServer, "review">) {
    this.#admissions = admissions;
    this.#server = server;
  }

  /** Looks each second, whoever changed the list and however. */
  watch(tasks: TaskGroup): void {
    this.#admissions.watch(tasks, () => this.#review());
  }

  /** Looks now; whether a session of this name was ended, since that was asked for last. */
  async hasEnded(name: string): Promise<boolean> {
    await this.#admissions.look();
    this.#review();
    return this.#ended.delete(name);
  }

  /** Tells the sessions what their CNAPTs may do after a change of the configuration. */
  meaningChanged(): void {
    this.#admissions.meaningChanged();
    this.#review();
  }

  #review(): void {
    const ended = this.#server.review((idHex) => this.#admissions.judge(idHex));
    for (const name of ended) this.#ended.add(name);
  }
}
