import type { Laptop } from "../kit/laptop.ts";
import { LAPTOP_INTERFACES, type LaptopInterface } from "../kit/topology.ts";

/** How soon it notices that it is asked for something. */
const LOOK_MS = 20;

/**
 * A modem that commands switch on and off. They run as the ordinary user that CNAPT runs as, who
 * may not touch an interface: they write into a file what they want, as to a modem manager, and
 * the test does it with its cable.
 */
export class Modem implements AsyncDisposable {
  readonly #laptop: Laptop;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #asked: readonly string[] = [];

  /** Switched off at first. */
  static async off(laptop: Laptop, name: LaptopInterface): Promise<Modem> {
    await laptop.unplug(name);
    await laptop.run(["touch", `${laptop.home}/modem`]);
    return new Modem(laptop);
  }

  private constructor(laptop: Laptop) {
    this.#laptop = laptop;
    this.#running = this.#run();
  }

  /** A command for the `up` or `down` of a provider, or, with `kind`, of its VPN. */
  static command(laptop: Laptop, kind = ""): string {
    const words = "$CNAPT_ACTION $CNAPT_PROVIDER $CNAPT_INTERFACE $CNAPT_FROM $CNAPT_TO";
    return `'echo "${kind}${words}" >> ${laptop.home}/modem'`;
  }

  /** What the commands wrote, a line each. */
  get asked(): readonly string[] {
    return this.#asked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const { stdout } = await this.#laptop.run(["cat", `${this.#laptop.home}/modem`]);
      const lines = stdout.trimEnd().split("\n").filter((line) => line !== "");
      for (const line of lines.slice(this.#asked.length)) {
        const [action, , device] = line.split(" ");
        const name = LAPTOP_INTERFACES.find((one) => one === device);
        if (name === undefined) continue;
        if (action === "down") await this.#laptop.unplug(name);
        else if (action === "up") {
          this.#laptop.takeNextAddress(name); // it is another network
          await this.#laptop.plug(name);
        }
      }
      this.#asked = lines;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
