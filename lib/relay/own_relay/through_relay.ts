/**
 * SNAPT's side of a relay: keeps a control connection to it, parks a connection for each token that
 * the relay sends, and takes what it joins to one as if it came to a port of this machine.
 */
import { type Quota, quotaOf } from "../../core/relay/month_meter.ts";
import { readProxyV2 } from "../../core/proxy/proxy_v2_reader.ts";
import { relayName, relayServerName } from "../../core/relay/relay_name.ts";
import { encodeParked } from "../../core/relay/relay_messages.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import { AcceptedTls, type TlsIdentity } from "../../net/accepted_tls.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dial } from "../../net/dial.ts";
import { formatAddress, hostOf } from "../../net/socket_address.ts";
import {
  authenticateToSnapt,
  type Credentials,
  LinkRefused,
  readExactly,
} from "../link/link_auth.ts";
import { PAIRING_HASHES } from "../pairing/pairing_hashes.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import { pause } from "../run/pause.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { type Carriage, CountedConn, noCarriage } from "./counted_conn.ts";
import { RelayControl, type RelayNews, SNAPTS_PATIENCE } from "./relay_control.ts";
import { RelayedListener } from "./relayed_listener.ts";
import { isLastingAbsence, Parted, type WhyAbsent, whyAbsent } from "./why_absent.ts";

const DIAL_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const PAUSE_GROWTH = 1.5;
/** SNAPT is to be reached soon after its relay, or its own network, has come back. */
const LONGEST_PAUSE_MS = 4_000;
/** Who was refused or displaced comes again only then: nothing will have changed before. */
const REFUSED_PAUSE_MS = 60_000;
/** Whatever the relay asks for, no more are parked. */
const MAX_PARKED = 256;

export interface ThroughRelayContext {
  /** What it is called in the configuration. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The certificate of the relay, PEM. */
  readonly certificatePem: string;
  readonly credentials: Credentials;
  /** Who this SNAPT is to its CNAPTs. */
  readonly identity: TlsIdentity;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  readonly dial?: typeof dial;
  /** Evenly from 0 to 1, so that after a restart of the relay not all come at the same time. */
  readonly chance?: () => number;
}

/** How a SNAPT is at one of its relays. */
export interface ThroughRelaySnapshot extends Readonly<Carriage> {
  readonly name: string;
  /** Where it is, as the configuration says: `host:port`. */
  readonly address: string;
  readonly state: "attached" | "absent";
  /** Since when it is so, ISO 8601, UTC; null: it was never there. */
  readonly since: string | null;
  /** Why it is absent; null: it is there, or nothing has failed yet. */
  readonly why: WhyAbsent | null;
  /** Between SNAPT and the relay, in ms, as asked last; null: not known. */
  readonly roundTripMs: number | null;
  readonly parked: number;
  /** What it may carry in this month, as it has said last; null: it has no limit, or said none. */
  readonly quota: RelayQuota | null;
}

/** What a relay has carried in this month for this SNAPT, both ways together, and may. */
export interface RelayQuota {
  readonly state: Quota;
  readonly usedBytes: number;
  readonly limitBytes: number;
}

type HeardQuota = Extract<RelayNews, { readonly kind: "quota" }>;

export class ThroughRelay {
  readonly listener: RelayedListener;
  readonly #context: ThroughRelayContext;
  readonly #dial: typeof dial;
  readonly #told = new LoggedOnce();
  readonly #carriage = noCarriage();
  #state: "absent" | "attached" = "absent";
  #since: Date | null = null;
  #why: WhyAbsent | null = null;
  #quota: RelayQuota | null = null;
  #control: RelayControl | null = null;
  #parked = 0;

  constructor(context: ThroughRelayContext) {
    this.#context = context;
    this.#dial = context.dial ?? dial;
    this.listener = new RelayedListener(context);
  }

  get state(): "absent" | "attached" {
    return this.#state;
  }
  /** Where CNAPTs reach SNAPT by it. */
  get place(): ToldPlace {
    const { host, port, credentials } = this.#context;
    return { host, port, route: relayName("route", credentials.key, PAIRING_HASHES) };
  }
  get parked(): number {
    return this.#parked;
  }

  snapshot(): ThroughRelaySnapshot {
    const { name, host, port } = this.#context;
    return {
      name,
      address: formatAddress(host, port),
      state: this.#state,
      since: this.#since?.toISOString() ?? null,
      why: this.#why,
      roundTripMs: this.#control?.roundTripMs ?? null,
      parked: this.#parked,
      quota: this.#quota,
      ...this.#carriage,
    };
  }

  /** Goes on until the task group is closed. */
  start(): void {
    this.#context.tasks.run("through relay", () => this.#keep());
  }

  async #keep(): Promise<void> {
    const { tasks, chance = Math.random } = this.#context;
    let pauseMs = FIRST_PAUSE_MS;
    while (!tasks.isClosed) {
      const attached = { since: Infinity };
      try {
        await this.#attach(attached);
      } catch (error) {
        if (!(error instanceof Parted) && !(error instanceof LinkRefused)) passOnOurs(error);
        pauseMs = attached.since < Infinity
          ? FIRST_PAUSE_MS
          : Math.min(PAUSE_GROWTH * pauseMs, LONGEST_PAUSE_MS);
        if (isLastingAbsence(error)) pauseMs = REFUSED_PAUSE_MS;
        this.#tell(error);
      }
      await pause(tasks, pauseMs * (0.5 + chance() / 2), tasks.signal);
    }
  }

  #quotaHeard({ usedBytes, limitBytes }: HeardQuota): void {
    const { name, log } = this.#context;
    const before = this.#quota;
    const state = limitBytes === 0 ? "free" : quotaOf(usedBytes, limitBytes);
    this.#quota = limitBytes === 0 ? null : { state, usedBytes, limitBytes };
    if (state === (before?.state ?? "free")) return;
    const fields = { relay: name, quota: state, usedBytes, limitBytes };
    if (state === "free") log.info("relay-quota", fields);
    else log.warn("relay-quota", fields);
  }

  #tell(error: unknown): void {
    const { name, port, log, tasks } = this.#context;
    if (tasks.isClosed) return;
    const { reason, remedy } = this.#why = whyAbsent(error, port);
    if (this.#told.isNew(reason)) log.warn("relay-lost", { relay: name, reason, remedy });
  }

  /** Returns never: throws when the control connection ends. */
  async #attach(attached: { since: number }): Promise<void> {
    const { tasks, name, log } = this.#context;
    const conn = await this.#dialControl();
    const group = tasks.child("relay", "keepGoing");
    const abort = () => conn.reset();
    tasks.signal.addEventListener("abort", abort, { once: true });
    try {
      attached.since = tasks.now();
      this.#state = "attached";
      this.#since = tasks.date();
      this.#why = null;
      this.#told.forgetAll();
      log.info("relay-attached", { relay: name, at: conn.remoteAddress });
      const control = this.#control = new RelayControl(conn, group, SNAPTS_PATIENCE);
      control.ask();
      await control.hear((news) => {
        if (news.kind === "parting") throw new Parted(news.reason);
        if (news.kind === "quota") return this.#quotaHeard(news);
        for (const token of news.tokens) {
          group.run("park", () => this.#park(token, hostOf(conn.remoteAddress), group));
        }
      });
    } finally {
      this.#state = "absent";
      this.#since = tasks.date();
      this.#control = null;
      tasks.signal.removeEventListener("abort", abort);
      group.close();
      conn.close();
    }
  }

  async #dialControl(): Promise<ByteConn> {
    const { host, port, certificatePem, credentials, tasks } = this.#context;
    const serverName = relayServerName(relayName("control", credentials.key, PAIRING_HASHES));
    return await withinLimit(
      { clock: tasks, ms: DIAL_MS, signal: tasks.signal },
      async (signal) => {
        const tls = { ca: certificatePem, serverName };
        const conn = await this.#dial({ host, port }, { kind: "any" }, {
          signal,
          tls,
          use: "control",
        });
        const abort = () => conn.reset();
        signal.addEventListener("abort", abort, { once: true });
        try {
          signal.throwIfAborted();
          await authenticateToSnapt(conn, credentials, "relayed");
          return conn;
        } catch (error) {
          conn.reset();
          throw error;
        } finally {
          signal.removeEventListener("abort", abort);
        }
      },
    );
  }

  /** `host`: where the control connection has found the relay. */
  async #park(token: Uint8Array, host: string, group: TaskGroup): Promise<void> {
    if (this.#parked >= MAX_PARKED) return;
    this.#parked += 1;
    try {
      const { port, identity } = this.#context;
      const bare = await this.#dial({ host, port }, { kind: "any" }, {
        signal: group.signal,
        use: "spare",
      });
      const source = await this.#sourceOnceJoined(bare, token, group);
      const conn = new CountedConn(bare, this.#carriage);
      const first = new Uint8Array(0);
      this.listener.bring(new AcceptedTls({ conn, first, remoteAddress: source }, identity));
    } catch (error) {
      passOnOurs(error); // the relay asks for another one
    } finally {
      this.#parked -= 1;
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
