import { unreachable } from "../../core/exhaustive.ts";
import type { HostPort } from "../../config/host_port.ts";
import { type HttpServer, serveHttp } from "../../net/http_server.ts";
import { ListenFailed } from "../../net/listen.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { ReadMetric } from "../../status/metric.ts";

/** What is told at the address of its own that `metrics:` names. */
export interface MetricsListenerContext {
  /** Reads them each time; what that needs is loaded when it is first asked for. */
  readonly load: () => Promise<() => readonly ReadMetric[]>;
  /** Why a program that listens is not ready all the same, completes "not ready: …"; null: it is. */
  readonly whyNotReady: () => string | null;
  /** The program's. */
  readonly tasks: TaskGroup;
}

interface Opened {
  readonly address: HostPort;
  readonly server: HttpServer;
}

/** Serves metrics and readiness where the configuration says so, also when that changes. */
export class MetricsListener {
  readonly #context: MetricsListenerContext;
  #opened: Opened | null = null;
  #phase: "starting" | "running" | "stopping" = "starting";

  constructor(context: MetricsListenerContext) {
    this.#context = context;
  }

  /** The port that is listened on; null: none. */
  get port(): number | null {
    return this.#opened?.server.port ?? null;
  }

  /** The program does what it is for from now on. */
  started(): void {
    this.#phase = "running";
  }

  /** Nobody is to be sent here any more. */
  stopping(): void {
    this.#phase = "stopping";
  }

  /**
   * Listens at `address` and nowhere else; null: not at all.
   *
   * @throws {ListenFailed} it cannot; then all is as it was
   */
  async use(address: HostPort | null): Promise<void> {
    const before = this.#opened;
    if (isSame(before?.address ?? null, address)) return;
    if (address === null) return await this.close();
    // At another address of the same port the old one may be in the way.
    const isInTheWay = before?.address.port === address.port;
    if (isInTheWay) await this.close();
    try {
      const opened = await this.#open(address);
      if (!isInTheWay) await this.close();
      this.#opened = opened;
    } catch (error) {
      if (isInTheWay && before !== null) this.#opened = await this.#open(before.address);
      throw error;
    }
  }

  /** Like `use`, for a program that runs: why it cannot, a sentence; null: it could. */
  async change(address: HostPort | null): Promise<string | null> {
    try {
      await this.use(address);
      return null;
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      return error.message;
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.server.close();
  }

  async #open(address: HostPort): Promise<Opened> {
    const { load, tasks } = this.#context;
    // Hardly anybody asks for them.
    const { metricsApp } = await import("../../status/metrics_app.ts");
    const app = metricsApp({
      metrics: await load(),
      whyNotReady: () => this.#whyNotReady(),
      clock: tasks,
      mistake: (error) => tasks.fault("metrics", error),
    });
    return { address, server: serveHttp({ ...address, setting: "metrics" }, app) };
  }

  #whyNotReady(): string | null {
    switch (this.#phase) {
      case "starting":
        return "it starts";
      case "stopping":
        return "it stops";
      case "running":
        return this.#context.whyNotReady();
      default:
        return unreachable(this.#phase);
    }
  }
}

function isSame(one: HostPort | null, other: HostPort | null): boolean {
  return one?.host === other?.host && one?.port === other?.port;
}
