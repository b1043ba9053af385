import { formatHostPort, type HostPort } from "../config/host_port.ts";
import { CommandFailed } from "./usage_error.ts";

/** An answer of the status endpoint of a running program. */
export interface StatusAnswer {
  readonly code: number;
  readonly body: string;
}

/** Speaks to the status endpoint of the program of the same configuration. */
export class StatusClient {
  readonly #program: "CNAPT" | "SNAPT";
  readonly #base: string;
  readonly #token: string;

  /** @throws {CommandFailed} the configuration has the endpoint switched off */
  constructor(program: "CNAPT" | "SNAPT", address: HostPort | null, token: string) {
    if (address === null) {
      throw new CommandFailed(`Cannot ask ${program}: \`status:\` is off in its configuration`);
    }
    this.#program = program;
    this.#base = `http://${formatHostPort(address)}`;
    this.#token = token;
  }

  /** @throws {CommandFailed} nobody answers */
  async get(path: string): Promise<StatusAnswer> {
    return await this.#fetch(path, {});
  }

  /** @throws {CommandFailed} nobody answers */
  async post(path: string, body: unknown): Promise<StatusAnswer> {
    return await this.#fetch(path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async #fetch(path: string, init: RequestInit): Promise<StatusAnswer> {
    try {
      const response = await fetch(this.#base + path, init);
      return { code: response.status, body: await response.text() };
    } catch (cause) {
      throw new CommandFailed(
        `Cannot reach ${this.#program}'s status endpoint at ${this.#base}: is it running?`,
        { cause },
      );
    }
  }
}

/** The `error` of an answer, or the answer itself. */
export function errorOf(answer: StatusAnswer): string {
  try {
    const content: unknown = JSON.parse(answer.body);
    const error: unknown = typeof content === "object" && content !== null
      ? Reflect.get(content, "error")
      : null;
    if (typeof error === "string") return error;
  } catch {
    // Not JSON: said as it is.
  }
  return `it answered ${answer.code}: ${answer.body}`;
}
