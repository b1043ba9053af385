import type { TaskGroup } from "../../relay/run/task_group.ts";

/**
 * The last net: what no task group took in (a rejection that nobody handles, an exception in a
 * callback of the runtime) would end the program, and every session with it. While this is in
 * use it is logged like every other mistake of ours instead, and the program goes on.
 */
export class ContainedFailures implements Disposable {
  readonly #tasks: TaskGroup;

  /** `tasks`: the program's. */
  constructor(tasks: TaskGroup) {
    this.#tasks = tasks;
    globalThis.addEventListener("unhandledrejection", this.#onRejection);
    globalThis.addEventListener("error", this.#onError);
  }

  [Symbol.dispose](): void {
    globalThis.removeEventListener("unhandledrejection", this.#onRejection);
    globalThis.removeEventListener("error", this.#onError);
  }

  readonly #onRejection = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    this.#tasks.fault("unhandled rejection", event.reason);
  };

  readonly #onError = (event: ErrorEvent): void => {
    event.preventDefault();
    this.#tasks.fault("unhandled exception", event.error ?? event.message);
  };
}
