import type { Clock } from "../../../lib/relay/run/clock.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import type { RouterPlace } from "../../../lib/relay/mapping/gateway_client.ts";

/** A router on loopback that says to each datagram what a test wants. */
export class FakeRouter implements AsyncDisposable {
  readonly port: number;
  readonly heard: Uint8Array[] = [];
  readonly #conn: Deno.DatagramConn;
  readonly #running: Promise<void>;

  /** `host`: of 127.0.0.0/8. An answer of null is none. */
  constructor(
    answers: (question: Uint8Array, count: number) => Uint8Array | null,
    { host = "127.0.0.1", port = 0 }: { readonly host?: string; readonly port?: number } = {},
  ) {
    this.#conn = Deno.listenDatagram({ transport: "udp", hostname: host, port });
    this.port = (this.#conn.addr as Deno.NetAddr).port;
    this.#running = this.#serve(answers);
  }

  /** The place of such a router, as SNAPT knows it. */
  static readonly place: RouterPlace = { router: "127.0.0.1", own: "127.0.0.1", device: 1 };

  /** Says something to whoever asked last, unasked. */
  async say(bytes: Uint8Array, to: Deno.Addr): Promise<void> {
    await this.#conn.send(bytes, to);
  }

  lastFrom: Deno.Addr | null = null;

  async #serve(
    answers: (question: Uint8Array, count: number) => Uint8Array | null,
  ): Promise<void> {
    for await (const [question, from] of this.#conn) {
      this.lastFrom = from;
      this.heard.push(question);
      const answer = answers(question, this.heard.length);
      if (answer !== null) await this.#conn.send(answer, from);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    await this.#running;
  }
}

/** A clock whose timers go off early, for tests in which nobody answers. */
export const HASTY_CLOCK: Clock = {
  now: () => SYSTEM_CLOCK.now(),
  date: () => SYSTEM_CLOCK.date(),
  timer: (delayMs, ring) => SYSTEM_CLOCK.timer(delayMs / 20, ring),
  turn: (go) => SYSTEM_CLOCK.turn(go),
};

/** A successful answer to a PCP request for a port, with what is said changed. */
export function pcpGranted(
  question: Uint8Array,
  { result = 0, lifetimeS = 3_600, port }: {
    readonly result?: number;
    readonly lifetimeS?: number;
    readonly port?: number;
  } = {},
): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(question);
  const view = new DataView(answer.buffer);
  answer[1] = 0x81;
  answer[3] = result;
  view.setUint32(4, lifetimeS);
  view.setUint32(8, 1_000);
  if (port !== undefined) view.setUint16(42, port);
  answer.set(Uint8Array.fromHex("00000000000000000000ffff141e2805"), 44);
  return answer;
}
