import { fileURLToPath } from "node:url";
import { LabFailure } from "./lab_failure.ts";
import { LabProcess } from "./lab_process.ts";
import { BOTH_DIRECTIONS, type Wire, type WireEndpoint } from "./wire.ts";
import type { WireCounts, WireDirection, WireSettings } from "./wire/wire_settings.ts";

const PROGRAM = fileURLToPath(new URL("./wire/wire_program.ts", import.meta.url));
const ANSWER_LIMIT_MS = 5_000;
const START_LIMIT_MS = 15_000;

/** A wire of the lab's own: a program that carries frames between two TAP devices. */
export class TapWire implements Wire {
  readonly kind = "tap";
  readonly #program: LabProcess;
  /** Answers come in the order of the commands, so each command waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(program: LabProcess) {
    this.#program = program;
  }

  /** Makes the wire and both interfaces, which are down at first. */
  static async create(a: WireEndpoint, b: WireEndpoint, seed: number): Promise<TapWire> {
    const program = new LabProcess(`wire of ${a.interface}`, [
      ...a.enter,
      ...[Deno.execPath(), "run", "-q", "--no-lock", "--allow-ffi", PROGRAM],
      ...[a.interface, String(b.pid), b.interface, String(seed)],
    ]);
    try {
      await program.waitFor(/\{"ok":true\}\n/, AbortSignal.timeout(START_LIMIT_MS));
      return new TapWire(program);
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  async set(
    changes: Partial<WireSettings>,
    directions: readonly WireDirection[] = BOTH_DIRECTIONS,
  ): Promise<void> {
    const { delayMs, jitterMs, rateBits, loss, queueBytes } = changes;
    const words = Object.entries({
      delay: delayMs,
      jitter: jitterMs,
      rate: rateBits,
      loss,
      queue: queueBytes,
    }).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${value}`);
    for (const direction of directions) await this.#tell(`set ${direction} ${words.join(" ")}`);
  }

  async silence(): Promise<void> {
    await this.#tell("silence on");
  }

  async restore(): Promise<void> {
    await this.#tell("silence off");
  }

  async setCarrier(isOn: boolean): Promise<void> {
    await this.#tell(`carrier a ${isOn ? "on" : "off"}`);
  }

  async count(): Promise<Readonly<Record<WireDirection, WireCounts>>> {
    const answer = await this.#tell("count");
    if (!isCounts(answer)) throw new LabFailure("Cannot count: the wire answers something else");
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.closeInput().catch(() => {});
    await this.#program.stop();
  }

  #tell(command: string): Promise<unknown> {
    const answer = this.#last.then(async () => {
      await this.#program.write(`${command}\n`);
      const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
      const [line] = await this.#program.waitFor(/^.+\n/, signal);
      const value: unknown = JSON.parse(line);
      if (typeof value === "object" && value !== null && "error" in value) {
        throw new LabFailure(`Cannot tell the wire "${command}": ${value.error}`);
      }
      return value;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }
}

function isCounts(value: unknown): value is Record<WireDirection, WireCounts> {
  return typeof value === "object" && value !== null && "a->b" in value && "b->a" in value;
}
