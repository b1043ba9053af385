/**
 * How SNAPT comes to the UDP port of its relay, and stays there.
 *
 * Theory of operation. On the control connection SNAPT asks for a token, says hello with it by UDP,
 * gets a number in the welcome, and says by it that it is there, again and again, so that no NAT on the
 * way forgets it. Where no welcome comes, the way of UDP is shut, and it is tried again after a while;
 * where what it says is no longer answered, a NAT has given it another address, or the relay has
 * forgotten it: it begins anew with another token.
 */
import { TOKEN_BYTES } from "./relay_messages.ts";

const HELLO_MS = 500;
/** After 0, 0.5, 1.5 and 3.5 s; then UDP is taken as shut. */
const MOST_HELLOS = 4;
/** A way that was shut is tried again after so long. */
const SHUT_MS = 30_000;
/** As for a path between CNAPT and SNAPT: NATs may forget a mapping after 30 s. */
const KEEP_MS = 15_000;
const KEEP_AGAIN_MS = 1_000;
const MOST_UNANSWERED = 3;

/** What is to be said next. */
export type AssociationAsk =
  /** On the control connection. */
  | { readonly kind: "want" }
  | { readonly kind: "hello"; readonly token: Uint8Array }
  | { readonly kind: "keep"; readonly number: number };

type State =
  /** Nothing is asked for, or the relay has no UDP. */
  | { readonly kind: "absent" }
  | { readonly kind: "wanting" }
  | { readonly kind: "greeting"; readonly token: Uint8Array; hellos: number }
  | { readonly kind: "welcome" | "joined"; readonly number: number; unanswered: number };

export class AssociationUpkeep {
  #state: State = { kind: "absent" };
  #nextAt = Infinity;

  /** Whether datagrams go by it. */
  get isJoined(): boolean {
    return this.#state.kind === "joined";
  }
  /** No hello was answered: it is tried again later. */
  get isShut(): boolean {
    return this.#state.kind === "greeting" && this.#state.hellos >= MOST_HELLOS;
  }
  /** When `due` wants to be called. */
  get nextAt(): number {
    return this.#nextAt;
  }

  /** There is a control connection: begins. */
  attached(): AssociationAsk {
    return this.#want();
  }

  /** There is none any more. */
  detached(): void {
    this.#state = { kind: "absent" };
    this.#nextAt = Infinity;
  }

  /** The relay has answered `want`; null: it has no UDP. */
  offered(token: Uint8Array | null, now: number): void {
    if (this.#state.kind !== "wanting") return;
    if (token === null) return this.detached();
    this.#state = { kind: "greeting", token, hellos: 0 };
    this.#nextAt = now;
  }

  /** A welcome came; one for another token is not for us. */
  welcomed(token: Uint8Array, number: number, now: number): void {
    if (this.#state.kind !== "greeting" || !isSame(this.#state.token, token)) return;
    this.#state = { kind: "welcome", number, unanswered: 0 };
    this.#nextAt = now;
  }

  /** The relay has heard that SNAPT is there. */
  kept(number: number, now: number): void {
    const state = this.#state;
    if (state.kind !== "welcome" && state.kind !== "joined") return;
    if (state.number !== number) return;
    this.#state = { kind: "joined", number, unanswered: 0 };
    this.#nextAt = now + KEEP_MS;
  }

  /** What is to be said now; null: nothing. */
  due(now: number): AssociationAsk | null {
    if (now < this.#nextAt) return null;
    const state = this.#state;
    switch (state.kind) {
      case "absent":
      case "wanting":
        this.#nextAt = Infinity;
        return null;
      case "greeting": {
        if (this.isShut) return this.#want();
        const { token } = state;
        this.#nextAt = now + HELLO_MS * 2 ** state.hellos;
        state.hellos += 1;
        if (this.isShut) this.#nextAt = now + SHUT_MS;
        return { kind: "hello", token };
      }
      case "welcome":
      case "joined":
        if (state.unanswered >= MOST_UNANSWERED) return this.#want();
        state.unanswered += 1;
        this.#nextAt = now + KEEP_AGAIN_MS;
        return { kind: "keep", number: state.number };
    }
  }

  /** The relay answers it on the control connection, which sees to it that it comes. */
  #want(): AssociationAsk {
    this.#state = { kind: "wanting" };
    this.#nextAt = Infinity;
    return { kind: "want" };
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === TOKEN_BYTES && a.length === b.length && a.every((byte, at) => byte === b[at]);
}
