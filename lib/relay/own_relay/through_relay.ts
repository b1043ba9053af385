/**
 * SNAPT's side of a relay: keeps a control connection to it, parks a connection for each token that
 * the relay sends, and takes what it joins to one as if it came to a port of this machine.
 */
import { unreachable } from "../../core/exhaustive.ts";
import { relayName, relayRoute, relayServerName } from "../../core/relay/relay_name.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { TlsIdentity } from "../../net/accepted_tls.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dial } from "../../net/dial.ts";
import { parseEndpoint } from "../../net/endpoint.ts";
import type { Via } from "../../net/via.ts";
import { formatAddress, hostOf, plainHost } from "../../net/socket_address.ts";
import { authenticateToSnapt, type Credentials, LinkRefused } from "../link/link_auth.ts";
import { PAIRING_HASHES } from "../pairing/pairing_hashes.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import { pause } from "../run/pause.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { type Carriage, noCarriage } from "./carriage.ts";
import { heardQuota, type RelayQuota } from "./heard_quota.ts";
import { ParkedAtRelay } from "./parked_at_relay.ts";
import { RelayAssociation, type RelayedDatagrams } from "./relay_association.ts";
import { RelayControl, SNAPTS_PATIENCE } from "./relay_control.ts";
import { RelayedListener } from "./relayed_listener.ts";
import { codeOf, isLastingAbsence, Parted, type WhyAbsent, whyAbsent } from "./why_absent.ts";

const DIAL_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const PAUSE_GROWTH = 1.5;
/** A relay that is there answers within this, unless the network is slow: then nothing is lost. */
const DOUBT_MS = 1_500;
/** SNAPT is to be reached soon after its relay, or its own network, has come back. */
const LONGEST_PAUSE_MS = 4_000;
/** Who was refused or displaced comes again only then: nothing will have changed before. */
const REFUSED_PAUSE_MS = 60_000;

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
  /** Who takes the datagrams that come through it, as soon as there is somebody. */
  readonly datagrams?: () => RelayedDatagrams | null;
  readonly dial?: typeof dial;
  /** Over which network of this machine; any where nothing is said. */
  readonly via?: () => Via;
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
  /** The control connection. */
  #conn: ByteConn | null = null;
  /** Ends the pause between two attempts. */
  #hurry = new AbortController();
  /** Ends a dial. */
  #anew = new AbortController();
  /** Those that this machine had last. */
  #addresses = "";
  readonly #parked: ParkedAtRelay;
  readonly #association: RelayAssociation;

  constructor(context: ThroughRelayContext) {
    this.#context = context;
    this.#dial = context.dial ?? dial;
    this.listener = new RelayedListener(context);
    this.#parked = new ParkedAtRelay({
      ...{ name: context.name, identity: context.identity },
      dial: this.#dial,
      via: () => this.#via,
      carriage: this.#carriage,
      bring: (conn) => this.listener.bring(conn),
    });
    this.#association = new RelayAssociation({
      ...context,
      route: relayRoute(context.credentials.key, PAIRING_HASHES),
      receiver: () => context.datagrams?.() ?? null,
      via: () => this.#via,
    });
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
    return this.#parked.count;
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
      parked: this.#parked.count,
      quota: this.#quota,
      ...this.#carriage,
    };
  }

  /**
   * This machine has these addresses now: a control connection that has none of them is given up, of
   * another one it is asked whether it still leads anywhere, and where there is none it is dialled.
   */
  networksChanged(addresses: ReadonlySet<string>): void {
    const conn = this.#conn;
    const before = this.#addresses;
    this.#addresses = [...addresses].toSorted().join(" ");
    // What is dialled from an address that is gone would be waited for.
    if (conn === null) return this.#addresses === before ? this.#hurry.abort() : this.renew();
    if (!addresses.has(plainHost(hostOf(conn.localAddress)))) return this.renew();
    const { tasks } = this.#context;
    const askedAt = tasks.now();
    this.#control?.ask();
    tasks.timer(DOUBT_MS, () => {
      if (this.#conn === conn && (this.#control?.heardAt ?? 0) <= askedAt) this.renew();
    });
  }

  /** Comes to the relay anew, over the network that is to be used now. What is joined goes on. */
  renew(): void {
    this.#hurry.abort();
    this.#anew.abort();
    this.#conn?.reset();
    this.#state = "absent"; // whoever waits for it to be back does not take the old one for it
  }

  /** Goes on until the task group is closed. */
  start(): void {
    this.#context.tasks.run("through relay", () => this.#keep());
  }

  get #via(): Via {
    return this.#context.via?.() ?? { kind: "any" };
  }

  async #keep(): Promise<void> {
    const { tasks, chance = Math.random } = this.#context;
    let pauseMs = FIRST_PAUSE_MS;
    while (!tasks.isClosed) {
      const attached = { since: Infinity };
      this.#hurry = new AbortController();
      const anew = this.#anew = new AbortController();
      try {
        await this.#attach(attached);
      } catch (error) {
        if (!(error instanceof Parted) && !(error instanceof LinkRefused)) passOnOurs(error);
        pauseMs = attached.since < Infinity
          ? FIRST_PAUSE_MS
          : Math.min(PAUSE_GROWTH * pauseMs, LONGEST_PAUSE_MS);
        if (isLastingAbsence(error)) pauseMs = REFUSED_PAUSE_MS;
        if (!anew.signal.aborted) this.#tell(error);
      }
      const waiting = AbortSignal.any([tasks.signal, this.#hurry.signal]);
      await pause(tasks, pauseMs * (0.5 + chance() / 2), waiting);
    }
  }

  #quotaHeard(usedBytes: number, limitBytes: number): void {
    const { name, log } = this.#context;
    const before = this.#quota;
    this.#quota = heardQuota(usedBytes, limitBytes);
    const state = this.#quota?.state ?? "free";
    if (state === (before?.state ?? "free")) return;
    const fields = { relay: name, quota: state, used_bytes: usedBytes, limit_bytes: limitBytes };
    if (state === "free") log.info("relay-quota", fields);
    else log.warn("relay-quota", fields);
  }

  #tell(error: unknown): void {
    const { name, port, log, tasks } = this.#context;
    if (tasks.isClosed) return;
    const { reason, remedy } = this.#why = whyAbsent(error, port);
    if (this.#told.isNew(reason)) {
      log.warn("relay-lost", { relay: name, ...codeOf(error), reason, remedy });
    }
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
      this.#conn = conn;
      this.#state = "attached";
      this.#since = tasks.date();
      this.#why = null;
      this.#told.forgetAll();
      log.info("relay-attached", { relay: name, at: conn.remoteAddress });
      const control = this.#control = new RelayControl(conn, group, SNAPTS_PATIENCE);
      control.ask();
      const relay = { host: hostOf(conn.remoteAddress), port: this.#context.port };
      const endpoint = parseEndpoint(conn.remoteAddress);
      if (endpoint !== null) this.#association.attach(endpoint, (news) => control.send(news));
      await control.hear((news) => {
        switch (news.kind) {
          case "parting":
            throw new Parted(news.reason);
          case "quota":
            return this.#quotaHeard(news.usedBytes, news.limitBytes);
          case "datagrams":
            return this.#association.offered(news.token);
          case "park":
            for (const token of news.tokens) {
              group.run("park", () => this.#parked.park(token, relay, group));
            }
            return;
          case "wantDatagrams":
            throw new ProtocolViolation("unexpected", "Cannot want datagrams: only a SNAPT does");
          default:
            unreachable(news);
        }
      });
    } finally {
      this.#association.detach();
      this.#state = "absent";
      this.#since = tasks.date();
      this.#control = null;
      this.#conn = null;
      tasks.signal.removeEventListener("abort", abort);
      group.close();
      conn.close();
    }
  }

  async #dialControl(): Promise<ByteConn> {
    const { host, port, certificatePem, credentials, tasks } = this.#context;
    const serverName = relayServerName(relayName("control", credentials.key, PAIRING_HASHES));
    return await withinLimit(
      { clock: tasks, ms: DIAL_MS, signal: AbortSignal.any([tasks.signal, this.#anew.signal]) },
      async (signal) => {
        const tls = { ca: certificatePem, serverName };
        const conn = await this.#dial({ host, port }, this.#via, { signal, tls, use: "control" });
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
}
