import { readProxyV2 } from "../../core/proxy/proxy_v2_reader.ts";
import { encodeParked } from "../../core/relay/relay_messages.ts";
import { AcceptedTls, type BelowTls, type TlsIdentity } from "../../net/accepted_tls.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { dial, DialTarget } from "../../net/dial.ts";
import type { Via } from "../../net/via.ts";
import { readExactly } from "../link/link_auth.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { Carriage } from "./carriage.ts";

/** Whatever the relay asks for, no more are parked. */
const MAX_PARKED = 256;

export interface ParkedAtRelayContext {
  /** What the relay is called in the configuration. */
  readonly name: string;
  /** Who this SNAPT is to its CNAPTs. */
  readonly identity: TlsIdentity;
  readonly dial: typeof dial;
  readonly via: () => Via;
  readonly carriage: Carriage;
  /** Takes what the relay has joined to a caller. */
  readonly bring: (conn: ByteConn) => void;
}

/** The connections that SNAPT has parked at one relay, and brings when the relay joins them. */
export class ParkedAtRelay {
  readonly #context: ParkedAtRelayContext;
  #count = 0;

  constructor(context: ParkedAtRelayContext) {
    this.#context = context;
  }

  get count(): number {
    return this.#count;
  }

  /** Parks one for `token`, until the relay joins it or `group` is closed. */
  async park(token: Uint8Array, relay: DialTarget, group: TaskGroup): Promise<void> {
    if (this.#count >= MAX_PARKED) return;
    this.#count += 1;
    try {
      const { name, identity, dial, via, carriage, bring } = this.#context;
      const conn = await dial(relay, via(), {
        signal: group.signal,
        use: "spare",
        isToAcceptTls: true,
      });
      const source = await this.#sourceOnceJoined(conn, token, group);
      carriage.joined += 1;
      carriage.connections += 1;
      const below: BelowTls = {
        conn,
        first: new Uint8Array(0),
        remoteAddress: source,
        relay: name,
        carried: carriage,
        ended: () => carriage.joined -= 1,
      };
      bring(new AcceptedTls(below, identity));
    } catch (error) {
      passOnOurs(error); // the relay asks for another one
    } finally {
      this.#count -= 1;
    }
  }

  /** Waits until the relay has joined it: who is at the other end. */
  async #sourceOnceJoined(
    conn: ByteConn,
    token: Uint8Array,
    group: TaskGroup,
  ): Promise<string | null> {
    const abort = () => conn.reset();
    group.signal.addEventListener("abort", abort, { once: true });
    try {
      group.signal.throwIfAborted();
      await conn.write(encodeParked(token));
      let bytes = new Uint8Array(0);
      for (;;) {
        const reading = readProxyV2(bytes);
        if (reading.kind === "complete") return reading.source;
        const more = await readExactly(conn, reading.missing);
        bytes = Uint8Array.of(...bytes, ...more);
      }
    } catch (error) {
      conn.reset();
      throw error;
    } finally {
      group.signal.removeEventListener("abort", abort);
    }
  }
}
