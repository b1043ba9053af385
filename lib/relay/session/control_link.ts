import type { Message } from "../../core/wire/message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { Link } from "../link/link.ts";
import { partFromLink } from "../link/part_from_link.ts";
import type { Clock } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** A control link that is replaced may write what it has for that long. */
const CONTROL_FLUSH_MS = 300;

/** A session has no control link, and so no network: since when, by the clock and for people. */
export interface Absence {
  readonly at: number;
  readonly since: Date;
}

/** What the control link of a session works with. */
export interface ControlLinkContext {
  /** The session's. */
  readonly tasks: TaskGroup;
  /** What outlives the session: a link that is being closed. */
  readonly outside: TaskGroup;
  /**
   * @throws {ProtocolViolation} the peer is not allowed to send that, or not now
   */
  readonly received: (link: Link, message: Message) => void;
  /** The peer has sent what is no frame, or what it is not allowed to; the end of the link follows. */
  readonly violated: (reason: string) => void;
  /** The link has ended, whether it was still the current one or not. */
  readonly lost: (link: Link, reason: string) => void;
}

/** The one link of a session that carries its control frames; reads it until it ends. */
export class ControlLink {
  readonly #context: ControlLinkContext;
  #current: Link | null = null;
  #absence: Absence | null = null;
  #manner: "close" | "part" = "close";
  #parting: Promise<void> = Promise.resolve();
  /** The one that was closed here: what its peer says until it hears so is of no account. */
  #left: Link | null = null;

  constructor(context: ControlLinkContext) {
    this.#context = context;
  }

  get current(): Link | null {
    return this.#current;
  }

  /** Resolves when the one that was closed last has gone, and the peer had time to hear the end. */
  get parting(): Promise<void> {
    return this.#parting;
  }

  /** Since when there is none; null while there is one, and before the first. */
  get absence(): Absence | null {
    return this.#absence;
  }

  /** The clock of `absence`. */
  get clock(): Clock {
    return this.#context.tasks;
  }

  send(message: Message): void {
    this.#current?.send(message);
  }

  /** Uses `link` from now on; returns the one before, which is closed after what was put on it. */
  adopt(link: Link): Link | null {
    const previous = this.#current === link ? null : this.#current;
    this.#current = link;
    this.#absence = null;
    link.useForControl();
    if (previous !== null) this.#closeGently(previous);
    this.#context.tasks.run("control link", () => this.#read(link));
    return previous;
  }

  /** Closes it after what was put on it; returns what it was. */
  close(): Link | null {
    const link = this.#current;
    this.#current = null;
    if (link !== null) this.#noteAbsence();
    if (link !== null) this.#end(link);
    return link;
  }

  /** From now on whoever is left is given time to hear so: the program ends, and with it the sockets. */
  partAtEnd(): void {
    this.#manner = "part";
  }

  #noteAbsence(): void {
    const { tasks } = this.#context;
    this.#absence ??= { at: tasks.now(), since: tasks.date() };
  }

  #end(link: Link): void {
    if (this.#manner === "close") return this.#closeGently(link);
    const { outside } = this.#context;
    this.#left = link;
    const parting = partFromLink(link, outside, CONTROL_FLUSH_MS);
    this.#parting = parting;
    outside.run("part", () => parting);
  }

  #closeGently(link: Link): void {
    this.#context.outside.run("close link", () => link.closeGently(CONTROL_FLUSH_MS));
  }

  async #read(link: Link): Promise<void> {
    let reason = "SNAPT or CNAPT closed the control link";
    try {
      // One that was parked is being read already.
      let message = await link.firstUnseenMessage();
      for (; message !== null; message = await link.nextMessage()) {
        if (link !== this.#left) this.#context.received(link, message);
      }
    } catch (error) {
      passOnOurs(error);
      reason = error instanceof Error ? error.message : String(error);
      const isBlamed = error instanceof ProtocolViolation && link !== this.#left;
      if (isBlamed) this.#context.violated(reason);
    }
    // It stays the current one where it is known to be replaced soon.
    if (link === this.#current) this.#noteAbsence();
    this.#context.lost(link, reason);
  }
}
