import { COMMAND_PASS_MS, passFor } from "../../config/status_token.ts";
import { formatHostPort, type HostPort, isAnyAddress } from "../../config/host_port.ts";
import type { ExitReason } from "./exit_code.ts";
import { CommandFailed } from "./usage_error.ts";

/** Who is asked, as messages call it, and by what it says that it is. */
const SERVERS = { CNAPT: "cnapt", SNAPT: "snapt", "the relay": "snapt-relay" } as const;
export type StatusProgram = keyof typeof SERVERS;

/** Whoever runs answers a question at once. */
const ANSWER_LIMIT_MS = 5_000;
const UNAUTHORIZED = 401;
/** As much is shown of an answer that nobody expected. */
const QUOTED_CHARS = 200;

/** An answer of the status endpoint of a running program. */
export interface StatusAnswer {
  readonly code: number;
  readonly body: string;
}

const EXIT_OF_KIND = {
  absent: "notRunning",
  silent: "unanswered",
  stranger: "notRunning",
  refusing: "refused",
} as const satisfies Readonly<Record<string, ExitReason>>;

/**
 * Nobody answers who is meant: `absent` when nothing listens there, `silent` when it takes too
 * long, `stranger` when another program listens there, `refusing` when it is the same program with
 * another configuration.
 */
export class StatusUnreachable extends CommandFailed {
  readonly kind: keyof typeof EXIT_OF_KIND;

  constructor(
    kind: StatusUnreachable["kind"],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, { ...options, exit: EXIT_OF_KIND[kind] });
    this.kind = kind;
  }
}

/** How a command shows that it may ask. */
export interface StatusAccess {
  /** Null: this user does not have it. */
  readonly token: string | null;
  /** Why there is none, and what to do: completes "it wants its token: ". */
  readonly absence: string;
}

/** Nothing is asked but what everybody may know. */
export const NO_ACCESS: StatusAccess = { token: null, absence: "this command has none" };

/** Speaks to the status endpoint of the program of the same configuration. */
export class StatusClient {
  readonly #program: StatusProgram;
  readonly #address: HostPort;
  readonly #access: StatusAccess;

  /** @throws {CommandFailed} the configuration has the endpoint switched off */
  constructor(program: StatusProgram, address: HostPort | null, access: StatusAccess) {
    if (address === null) {
      throw new CommandFailed(`Cannot ask ${program}: \`status:\` is off in its configuration`, {
        exit: "configuration",
      });
    }
    this.#program = program;
    const host = address.host === "0.0.0.0" ? "127.0.0.1" : "::1";
    this.#address = isAnyAddress(address.host) ? { ...address, host } : address;
    this.#access = access;
  }

  /** Where it is asked. */
  get url(): string {
    return `http://${formatHostPort(this.#address)}`;
  }

  /**
   * The JSON at `path`, within `limitMs`.
   *
   * @throws {CommandFailed} nobody answers, or not with that
   */
  async get(path: string, limitMs = ANSWER_LIMIT_MS): Promise<string> {
    const answer = await this.#fetch(path, {}, limitMs);
    if (answer.code !== 200) {
      throw new CommandFailed(`Cannot ask ${this.#program}: ${errorOf(answer)}`);
    }
    return answer.body;
  }

  /** @throws {StatusUnreachable} nobody answers within `limitMs` */
  async post(path: string, body: unknown, limitMs = ANSWER_LIMIT_MS): Promise<StatusAnswer> {
    return await this.#fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }, limitMs);
  }

  async #fetch(
    path: string,
    { headers = {}, ...init }: RequestInit & {
      readonly headers?: Readonly<Record<string, string>>;
    },
    limitMs: number,
  ): Promise<StatusAnswer> {
    const { host, port } = this.#address;
    const base = this.url;
    // Straight there: a proxy of the environment is no way to this machine, nor to get the token.
    using client = Deno.createHttpClient({ proxy: { transport: "tcp", hostname: host, port } });
    const signal = AbortSignal.timeout(limitMs);
    const where = `${this.#program}'s status endpoint at ${base}`;
    try {
      const shown = { ...headers, ...this.#shown() };
      const response = await fetch(base + path, { ...init, headers: shown, client, signal });
      const body = await response.text();
      this.#checkIdentity(response, where);
      return { code: response.status, body };
    } catch (cause) {
      if (cause instanceof StatusUnreachable) throw cause;
      if (signal.aborted) {
        throw new StatusUnreachable(
          "silent",
          `Cannot reach ${where}: no answer within ${limitMs} ms`,
          { cause },
        );
      }
      throw new StatusUnreachable("absent", `Cannot reach ${where}: is it running?`, { cause });
    }
  }

  /** Not the token: another program may have the port while the one that is meant does not run. */
  #shown(): Readonly<Record<string, string>> {
    const { token } = this.#access;
    if (token === null) return {};
    return { authorization: `Bearer ${passFor(token, Date.now() + COMMAND_PASS_MS)}` };
  }

  #checkIdentity({ headers, status }: Response, where: string): void {
    if (headers.get("server") !== SERVERS[this.#program]) {
      throw new StatusUnreachable(
        "stranger",
        `Cannot reach ${where}: what answers there is ${
          this.#program === "the relay" ? "no relay" : `no ${this.#program}`
        }; ` +
          "choose another address for `status:`, or end the other program",
      );
    }
    if (status === UNAUTHORIZED && this.#access.token === null) {
      throw new StatusUnreachable(
        "refusing",
        `Cannot use ${where}: it wants its token: ${this.#access.absence}`,
      );
    }
    if (status === UNAUTHORIZED) {
      throw new StatusUnreachable(
        "refusing",
        `Cannot use ${where}: it refuses the token, so it runs with another configuration, ` +
          "or is an older version; name that configuration with --config FILE, or start it again",
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
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error; // not JSON: said as it is
  }
  return `it answered ${answer.code}: ${answer.body.slice(0, QUOTED_CHARS)}`;
}
