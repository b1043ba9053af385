/**
 * Links that SNAPT dials, at CNAPT (`reach: direct`).
 *
 * Theory of operation. The patent has SNAPT connect to emulators of the client services on the
 * address that CNAPT has at the moment [CNAPT-17], [CNAPT-27], [SNAPT-19]. One server socket on
 * that address is enough for all of them, since a link says for itself which stream it is for.
 * Whenever a stream needs a link, CNAPT sees to it that this socket is open on the provider in
 * question, asks SNAPT on the control link to dial it, and takes the link that comes and proves
 * itself. Where none comes in time, as behind a NAT, it takes one that it has dialled.
 */
import type { ProviderKey } from "../../../core/path/provider_key.ts";
import type { DialRequest } from "../../../core/wire/client_service_messages.ts";
import type { ByteConn } from "../../../net/byte_conn.ts";
import { type ByteListener, ListenFailed } from "../../../net/listen.ts";
import { Link } from "../link.ts";
import { authenticateToSnapt, type Credentials } from "../link_auth.ts";
import { LINK_TIMEOUT_MS } from "../link_timeout.ts";
import type { Timer } from "../../run/clock.ts";
import type { LinkSupply } from "../link_supply.ts";
import { ALWAYS, type IsWanted, type TakeLink } from "../link_requests.ts";
import type { Providers } from "../../network/provider.ts";
import type { DirectSettings } from "./direct_settings.ts";
import { localAddress } from "./local_address.ts";
import type { RelayLog } from "../../run/relay_log.ts";
import type { TaskGroup } from "../../run/task_group.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "../link_failure.ts";

/** How long SNAPT may take to come, before CNAPT dials. */
const DIRECT_WITHIN_MS = 2_000;
/** SNAPT is not asked again for so long where it did not come: nobody is to wait for it in vain. */
const NOT_ASKED_MS = 60_000;
/**
 * So many connections may be proving themselves at once; further ones are reset, since one that is
 * only closed in its TLS handshake stays with the runtime until the other end goes.
 */
const MAX_PENDING = 64;

export interface DirectLinksContext {
  readonly settings: DirectSettings;
  readonly credentials: Credentials;
  readonly providers: Providers;
  /** Gives links that CNAPT dials, where SNAPT does not come. */
  readonly supply: LinkSupply;
  /** The control link; null while there is none. */
  readonly control: () => Link | null;
  readonly requestDial: (request: DialRequest) => void;
  /** The session. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

interface Waiter {
  readonly isWanted: IsWanted;
  readonly take: TakeLink;
  readonly timer: Timer;
}

interface Emulator {
  readonly listener: ByteListener;
  readonly host: string;
  readonly waiters: Waiter[];
  /** Until when SNAPT is not asked to come here. */
  notAskedUntil: number;
}

/** The emulator of client services on each provider that is in use, and who waits for its links. */
export class DirectLinks {
  readonly #context: DirectLinksContext;
  readonly #emulators = new Map<ProviderKey, Emulator>();
  #pending = 0;

  constructor(context: DirectLinksContext) {
    this.#context = context;
  }

  /** A link of `provider`, dialled by SNAPT if it can be. */
  request(provider: ProviderKey, take: TakeLink, isWanted: IsWanted = ALWAYS): void {
    const emulator = this.#emulatorOn(provider);
    if (emulator === null || this.#context.tasks.now() < emulator.notAskedUntil) {
      return this.#context.supply.request(provider, take, isWanted);
    }
    const waiter: Waiter = {
      take,
      isWanted,
      timer: this.#context.tasks.timer(
        DIRECT_WITHIN_MS,
        () => this.#giveUp(provider, emulator, waiter),
      ),
    };
    emulator.waiters.push(waiter);
    this.#context.requestDial({
      kind: "dialRequest",
      host: emulator.host,
      port: emulator.listener.port,
      count: 1,
      certificate: this.#context.settings.certificate,
    });
  }

  /** The provider is left; nobody is waited for there any more. */
  leave(provider: ProviderKey): void {
    this.#leave(provider);
  }

  /** Only `provider` is in use. */
  use(provider: ProviderKey): void {
    for (const key of [...this.#emulators.keys()]) if (key !== provider) this.leave(key);
  }

  leaveAll(): void {
    for (const provider of [...this.#emulators.keys()]) this.leave(provider);
  }

  #leave(provider: ProviderKey): readonly Waiter[] {
    const emulator = this.#emulators.get(provider);
    this.#emulators.delete(provider);
    emulator?.listener.close();
    const waiters = emulator?.waiters.splice(0) ?? [];
    for (const { timer } of waiters) timer.cancel();
    return waiters;
  }

  #emulatorOn(provider: ProviderKey): Emulator | null {
    const { tasks, log } = this.#context;
    const known = this.#emulators.get(provider) ?? null;
    const host = this.#addressOn(provider);
    if (host === null || host === known?.host) return known;
    // The same interface has another address now.
    for (const { take, isWanted } of this.#leave(provider)) {
      this.#context.supply.request(provider, take, isWanted);
    }
    try {
      const listener = this.#listen(provider, host);
      const emulator: Emulator = { listener, host, waiters: [], notAskedUntil: -Infinity };
      this.#emulators.set(provider, emulator);
      tasks.run("accept direct links", () => this.#accept(provider, emulator));
      log.debug("direct-opened", { provider, at: emulator.listener.name });
      return emulator;
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      const reason = sentenceOf(error);
      log.warn("direct-not-opened", { provider, reason_code: error.code, reason });
      return null;
    }
  }

  #listen(key: ProviderKey, host: string): ByteListener {
    const provider = this.#context.providers.find(key);
    if (provider !== null) return this.#context.settings.listen(provider, host);
    throw new ListenFailed("noSuchAddress", `Cannot listen on ${key}: there is no such network`);
  }

  /** The local address by which `key` reaches SNAPT; null while nothing is open there. */
  #addressOn(key: ProviderKey): string | null {
    const { control, supply, providers } = this.#context;
    const found = [control(), ...supply.parkedOn(key)].find((link) => link?.provider === key);
    return localAddress(found ?? null, providers.find(key));
  }

  #giveUp(provider: ProviderKey, emulator: Emulator, waiter: Waiter): void {
    const index = emulator.waiters.indexOf(waiter);
    if (index < 0) return;
    emulator.waiters.splice(index, 1);
    emulator.notAskedUntil = this.#context.tasks.now() + NOT_ASKED_MS;
    this.#context.log.warn("direct-not-reached", {
      provider,
      at: emulator.listener.name,
      reason: "SNAPT did not come: using a link dialled from here",
    });
    this.#context.supply.request(provider, waiter.take, waiter.isWanted);
  }

  async #accept(provider: ProviderKey, emulator: Emulator): Promise<void> {
    for (;;) {
      const conn = await emulator.listener.accept();
      if (conn === null) return;
      if (this.#pending >= MAX_PENDING) conn.reset();
      else {
        this.#context.tasks.run("admit direct link", () => this.#admit(provider, emulator, conn));
      }
    }
  }

  async #admit(provider: ProviderKey, emulator: Emulator, conn: ByteConn): Promise<void> {
    this.#pending += 1;
    const { tasks, credentials, log } = this.#context;
    const { signal } = tasks;
    const giveUp = () => conn.reset();
    const timer = tasks.timer(LINK_TIMEOUT_MS, giveUp);
    // A timer does not outlive the session, and who says nothing would.
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      signal.throwIfAborted();
      await conn.handshake?.();
      await authenticateToSnapt(conn, credentials, "snapt");
      const waiter = emulator.waiters.shift();
      if (waiter === undefined) return conn.close();
      waiter.timer.cancel();
      waiter.take(new Link(conn, provider, tasks));
    } catch (error) {
      conn.reset(); // it may be in its handshake
      passOnUnlessLinkFailed(error);
      const reason = sentenceOf(error);
      log.debug("direct-refused", { from: conn.remoteAddress, reason });
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", giveUp);
      this.#pending -= 1;
    }
  }
}
