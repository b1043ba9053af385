import type { Farewell } from "../../core/handshake/snapt_event.ts";
import type { PlaceAdvice } from "../../core/wire/places_message.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { Connect } from "../../core/wire/message.ts";
import { isSame } from "../../config/config_change.ts";
import { shownAddress } from "../../net/socket_address.ts";
import type { AdmittedClient } from "../access/admitted_client.ts";
import { expectStillAllowed } from "../access/destination_access.ts";
import type { OfferedDatagrams } from "../datagram/snapt_datagrams.ts";
import { DirectDialer } from "../link/direct/direct_dialer.ts";
import type { Link } from "../link/link.ts";
import type { Authenticated } from "../link/link_auth.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { displacedBy } from "../session/last_words.ts";
import { SnaptDriver } from "../session/snapt_driver.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { StreamTraffic } from "../stream/stream_traffic.ts";
import { EndedSessions } from "./ended_sessions.ts";
import { BegunInstances } from "./begun_instances.ts";
import { sessionKey } from "./session_path.ts";
import type { SnaptServerContext } from "./snapt_server_context.ts";
import type { ServedSession } from "./served_session.ts";
import { ViolationPauses } from "./violation_pauses.ts";

/** A CNAPT that claims its place only if it is free gets that of one that is away for so long. */
const PLACE_KEPT_MS = 600_000;

/** What the sessions work with. */
export interface SessionRegistryContext {
  readonly server: Omit<SnaptServerContext, "tasks">;
  readonly packing: CompressionTotals;
  readonly traffic: StreamTraffic;
  /** The server's. */
  readonly tasks: TaskGroup;
  /** The links of a CNAPT that are parked; with the session's own they show where it comes from. */
  readonly parkedOf: (idHex: string) => Iterable<Link>;
  /** A link that SNAPT has dialled, or whose stream is complete; it is parked like an accepted one. */
  readonly park: (link: Link, known: Authenticated<AdmittedClient>) => void;
}

/** The sessions of all CNAPTs, at most one of each. */
export class SessionRegistry {
  readonly #context: SessionRegistryContext;
  readonly #sessions = new Map<string, ServedSession>();
  /** What each has of UDP; nothing where that is not wanted (yet). */
  readonly #offered = new Map<SnaptDriver, OfferedDatagrams>();
  readonly #begun = new BegunInstances();
  readonly #pauses = new ViolationPauses();
  readonly ended = new EndedSessions();

  constructor(context: SessionRegistryContext) {
    this.#context = context;
  }

  /** By the ID of the CNAPT, in hex. */
  get all(): ReadonlyMap<string, ServedSession> {
    return this.#sessions;
  }

  get(idHex: string): SnaptDriver | null {
    return this.#sessions.get(idHex)?.driver ?? null;
  }

  /** Whether a CNAPT more can be served; one that has a session gives it up for the new one. */
  hasRoomFor(idHex: string): boolean {
    const others = this.#sessions.size - (this.#sessions.has(idHex) ? 1 : 0);
    return others < this.#context.server.settings.sessions;
  }

  /**
   * Whether CONNECT comes too late: the session of this instance is over, has another after it, or
   * CNAPT has its answer. One that CNAPT was never heard in is begun again: the answer was lost.
   */
  isStale(idHex: string, { instance }: Connect): boolean {
    if (!this.#begun.has(idHex, instance)) return false;
    const session = this.get(idHex)?.session;
    return session === undefined || session.instance !== instance || session.wasHeard;
  }

  /** For how many ms no control link of a CNAPT is taken, which has violated the protocol; 0: it is. */
  pauseMs(idHex: string): number {
    return this.#pauses.remainingMs(idHex, this.#context.tasks.now());
  }

  /** Where the CNAPT is that has the place which `connect` wants only if it is free; null: it is. */
  placeTaken(idHex: string, { instance, claim }: Connect): string | null {
    const driver = this.get(idHex);
    if (driver === null || driver.session.instance === instance || claim === "atOnce") return null;
    const { absence } = driver.controlLink;
    const isLeft = absence !== null && this.#context.tasks.now() - absence.at >= PLACE_KEPT_MS;
    return isLeft ? null : driver.remoteAddress;
  }

  /**
   * All are told where SNAPT is reached now, and by the local address of their control link, null
   * without one, whether the place that they use is left.
   */
  placesChanged(adviceOf: (localAddress: string | null) => PlaceAdvice): void {
    const { server, tasks } = this.#context;
    const places = server.places();
    for (const { driver } of this.#sessions.values()) {
      const advice = adviceOf(driver.controlLink.current?.conn.localAddress ?? null);
      tasks.guard("places", () => {
        driver.apply(driver.session.rights.placesChanged({ advice, places }));
      });
    }
  }

  /** What a CNAPT may do has changed: what its session can take, it takes; the rest the next one. */
  rightsChanged(idHex: string, client: AdmittedClient): void {
    const served = this.#sessions.get(idHex);
    if (served === undefined || served.client === client) return;
    this.#sessions.set(idHex, { ...served, client });
    const { tasks } = this.#context;
    const { driver, client: before } = served;
    const { key } = served;
    tasks.guard("datagrams", () => this.#datagramsChanged(driver, before, { idHex, key, client }));
    if (!isSame(before.services, client.services)) {
      tasks.guard("services", () => {
        driver.apply(driver.session.rights.servicesChanged(client.services, tasks.now()));
      });
    }
    if (!isSame(before.destinations, client.destinations)) {
      tasks.guard("destinations", () => driver.destinationsChanged(client.destinations));
    }
    const { clientServices } = client;
    if (isSame(before.clientServices?.rules, clientServices?.rules)) return;
    tasks.guard("client services", () => driver.clientServicesChanged(clientServices));
  }

  /** Ends the session of a CNAPT that is let in no longer; its name, null when it had none. */
  cutOff(idHex: string, farewell: Farewell): string | null {
    const session = this.#sessions.get(idHex);
    session?.driver.cutOff(farewell);
    return session?.client.name ?? null;
  }

  /** Ends all at once, with the program; resolves when they had time to hear so. */
  async endAll(): Promise<void> {
    const drivers = [...this.#sessions.values()].map(({ driver }) => driver);
    for (const driver of drivers) {
      driver.controlLink.partAtEnd();
      driver.end({ pace: "atOnce" });
    }
    await Promise.all(drivers.map(({ controlLink }) => controlLink.parting));
  }

  /** Starts the session that `connect` asks for. */
  start(link: Link, connect: Connect, known: Authenticated<AdmittedClient>): void {
    const { idHex, client } = known;
    const { server, packing, traffic, tasks, park } = this.#context;
    const { settings } = server;
    const session = sessionKey(idHex, connect);
    this.get(idHex)?.end({ farewell: this.#farewellFor(idHex, link.conn.remoteAddress) });
    const log = server.log.with({ client: client.name });
    log.info("session-started", { from: shownAddress(link.conn.remoteAddress) });
    const offered = this.#offerDatagrams(known);
    /** What it may do changes while its session lives. */
    const today = () => this.#sessions.get(idHex)?.client ?? client;
    const dialer = new DirectDialer({
      known,
      refusalOf: (host, port) => today().refusalOfDial(host, port),
      sources: () => this.#sourcesOf(idHex),
      othersSources: () => this.#sourcesOfOthers(idHex),
      opened: (opened) => park(opened, known),
      tasks,
      log,
    });
    let reported: PathReport | null = null;
    const driver: SnaptDriver = new SnaptDriver({
      settings: {
        instance: connect.instance,
        site: settings.site,
        services: client.services,
        places: server.places(),
        destinations: client.destinations.length === 0 ? "none" : "some",
        datagrams: offered?.offer ?? null,
        limits: settings.limits,
        // A session lives longer than a configuration.
        get switchTimeoutMs() {
          return settings.switchTimeoutMs;
        },
        get inactivityMs() {
          return settings.inactivityMs;
        },
      },
      budget: server.budget,
      openService: async (opening, from, signal) => {
        const source = today().isSourceTrusted ? opening.source : from;
        const conn = await server.openService({ ...opening, source }, today(), signal);
        return opening.target.kind === "destination"
          ? expectStillAllowed(conn, opening.target, today().destinations)
          : conn;
      },
      clientServices: client.clientServices,
      flows: offered?.flows ?? null,
      ...{ packing, traffic, tasks },
      dialClient: (request, signal) => dialer.dial(request, signal),
      linkFree: (free) => park(free, known),
      pathReported: (report) => {
        reported = report;
        server.pathReported(client.name, session, report);
      },
      log,
      violated: () => this.#pauses.violated(idHex, tasks.now()),
      sessionEnded: (reason) => {
        if (this.get(idHex) === driver) this.#sessions.delete(idHex);
        const ended = this.#offered.get(driver);
        this.#offered.delete(driver);
        if (ended !== undefined) server.datagrams()?.end(ended);
        const from = shownAddress(driver.remoteAddress);
        this.ended.add(idHex, { endedAt: tasks.date().toISOString(), reason, from });
        log.info("session-ended", { reason });
      },
    }, link);
    const since = tasks.date();
    this.#sessions.set(idHex, { driver, client, key: known.key, since, reported: () => reported });
    if (offered !== null) this.#offered.set(driver, offered);
    this.#begun.add(idHex, connect.instance);
    driver.start();
  }

  /**
   * What the session of this CNAPT is told when one begins that comes from `address`. Where that
   * one started anew nobody hears it; whoever hears it has the same ticket.
   */
  #farewellFor(idHex: string, address: string): Farewell {
    const isDetached = this.get(idHex)?.session.controlLink === null;
    return isDetached
      ? { kind: "disconnect", sentence: `CNAPT has started anew, from ${address}` }
      : { kind: "refused", code: "displaced", sentence: displacedBy(address) };
  }

  /** Null where this CNAPT has nothing that uses UDP. */
  #offerDatagrams({ key, client }: Authenticated<AdmittedClient>): OfferedDatagrams | null {
    const { log } = this.#context.server;
    const datagrams = this.#context.server.datagrams();
    const isUdpWanted = client.datagrams.length + client.destinations.length > 0 ||
      client.clientServices?.mayUseDatagrams === true;
    if (!isUdpWanted || datagrams === null) return null;
    return datagrams.offer(key, client, log.with({ client: client.name }));
  }

  /** Tells the session what it has of UDP now. */
  #datagramsChanged(
    driver: SnaptDriver,
    before: AdmittedClient,
    known: Authenticated<AdmittedClient>,
  ): void {
    const offered = this.#offered.get(driver) ?? null;
    const services = known.client.datagrams;
    if (offered === null) {
      const made = this.#offerDatagrams(known);
      if (made === null) return;
      this.#offered.set(driver, made);
      driver.datagramsOffered(made);
    } else if (!isSame(before.datagrams, services)) {
      offered.flows.servicesChanged(services);
      driver.datagramsOffered({ ...offered, offer: { ...offered.offer, services } });
    }
  }

  /** Where this CNAPT comes from, as far as its links show. */
  *#sourcesOf(idHex: string): Iterable<string> {
    const driver = this.get(idHex);
    if (driver !== null) yield driver.remoteAddress;
    for (const link of this.#context.parkedOf(idHex)) yield link.conn.remoteAddress;
  }

  *#sourcesOfOthers(idHex: string): Iterable<string> {
    for (const other of this.#sessions.keys()) if (other !== idHex) yield* this.#sourcesOf(other);
  }
}
