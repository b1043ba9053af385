import type { ByteConn } from "./byte_conn.ts";
import { type DescriptorBudget, descriptors } from "./descriptor_budget.ts";

/** So many may listen to events at once. */
const MAX_LIVE = 1_200;
/** So many give way at once when something else needs their descriptors. */
const GIVE_WAY = 8;

type Budget = Pick<DescriptorBudget, "limit" | "hasRoom" | "askForRoom">;

/**
 * The connections whose answer has no end. They take no more than a quarter of the descriptors that
 * the process may have open, and give way, the newest first, while anything else waits for one:
 * whoever looks on comes after those that are looked at.
 */
export class LiveConns {
  readonly #conns = new Set<ByteConn>();
  readonly #budget: () => Budget;
  #endAsking: (() => void) | null = null;

  constructor(budget: () => Budget = descriptors) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#conns.size;
  }

  has(conn: ByteConn): boolean {
    return this.#conns.has(conn);
  }

  /** What `conn` is answered: the same, or, of events that there is no room for, a sentence. */
  async admit(conn: ByteConn, response: Response): Promise<Response> {
    if (response.headers.get("content-type") !== "text/event-stream") return response;
    const budget = this.#budget();
    const { limit } = budget;
    const most = limit === null ? MAX_LIVE : Math.min(MAX_LIVE, limit >> 2);
    if (this.#conns.size < most && budget.hasRoom("spare")) {
      this.#conns.add(conn);
      this.#endAsking ??= budget.askForRoom(() => this.#giveWay());
      return response;
    }
    await response.body?.cancel();
    return Response.json({
      error: `Cannot tell what happens: ${this.#conns.size} listen already, and there is no room ` +
        "for more; close some, or raise the limit of open files (ulimit -n)",
    }, { status: 503 });
  }

  delete(conn: ByteConn): void {
    this.#conns.delete(conn);
    if (this.#conns.size > 0) return;
    this.#endAsking?.();
    this.#endAsking = null;
  }

  #giveWay(): void {
    for (const conn of [...this.#conns].slice(-GIVE_WAY)) {
      this.delete(conn);
      conn.reset();
    }
  }
}
