import type { OfferConfig } from "../../config/offer_config.ts";
import type { HostPort } from "../../config/host_port.ts";
import { OfferMemory } from "../../config/offer_memory.ts";
import type { RememberedService } from "../../config/remembered_announcements.ts";
import type { OfferKey } from "../../config/remembered_places.ts";
import { isName } from "../../config/schema.ts";
import { isOwnMachine, type SourceRange } from "../../core/access/source_list.ts";
import { failureFields } from "../../relay/run/failure_fields.ts";
import type { Timer } from "../../relay/run/clock.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { AccessGate } from "../../relay/access/access_gate.ts";
import { ConfiguredOffers } from "./configured_offers.ts";
import { OfferPlaces } from "./offer_places.ts";
import type { AnnouncedService } from "../../core/wire/record_message.ts";
import type { Compression, Protocol } from "../../core/wire/stream_opening.ts";
import { DEFAULT_UNIX_MODE, listenUnix } from "../../net/unix_socket.ts";
import { isUnixPath } from "../../config/stream_address.ts";
import {
  type ByteListener,
  type ListenAddress,
  ListenFailed,
  listenPlain,
} from "../../net/listen.ts";
import type { CnaptSite } from "../../relay/site/cnapt_site.ts";
import { UdpEmulator } from "../../relay/emulator/udp_emulator.ts";
import { TcpEmulator } from "../../relay/emulator/tcp_emulator.ts";
import type { Log } from "../program/log.ts";
import { printable } from "../program/printable.ts";
import { ServicesMissing } from "./services_missing.ts";

/** So many services are offered that only SNAPT has named. */
const MAX_ANNOUNCED = 64;
/** Where the system has no descriptor left, services are offered after so long. */
const AGAIN_MS = 1_000;

export interface ServiceListenersContext {
  readonly tasks: TaskGroup;
  readonly log: Log;
  /** Which service was offered where; without it, that is forgotten when the program ends. */
  readonly memory?: OfferMemory;
  /** Which other hosts are allowed to use what does not say so itself. */
  readonly allow?: () => readonly SourceRange[];
}

/** The emulators of one site: those configured from the start, the others when announced. */
export class ServiceListeners {
  readonly #site: CnaptSite;
  readonly #tasks: TaskGroup;
  /** What SNAPT announced is opened in it; closed: nothing is opened any more. */
  readonly #offering: TaskGroup;
  readonly #log: Log;
  readonly #memory: OfferMemory;
  readonly #allow: () => readonly SourceRange[];
  readonly #configured = new ConfiguredOffers({
    open: (name, offer) => this.#openOffer(name, offer),
    close: (name) => this.#closeOffer(name),
    isClosed: () => this.#offering.isClosed,
  });
  /** How services are packed that the configuration says it of. */
  readonly #compress = new Map<string, Compression>();
  /** Of what others can reach. */
  readonly #gates = new Map<string, AccessGate>();
  #addresses: readonly string[] = [];
  /** When services are to be offered again that there was no descriptor for. */
  #again: Timer | null = null;
  readonly #missing: ServicesMissing;
  readonly #emulators = new Map<string, TcpEmulator | UdpEmulator>();

  constructor(site: CnaptSite, { tasks, log, memory, allow }: ServiceListenersContext) {
    this.#site = site;
    this.#tasks = tasks.child(`services ${site.name}`, "keepGoing");
    this.#offering = this.#tasks.child("offering", "keepGoing");
    this.#log = log;
    this.#missing = new ServicesMissing(log);
    this.#memory = memory ?? OfferMemory.passing();
    this.#allow = allow ?? (() => []);
  }

  /** The services that have no port here, and why. */
  get missing(): ServicesMissing["all"] {
    return this.#missing.all;
  }

  get emulators(): readonly (TcpEmulator | UdpEmulator)[] {
    return [...this.#emulators.values()];
  }

  /**
   * Opens what the configuration names. Where it does not say of which protocol a service is, what
   * SNAPT said last holds until SNAPT is heard, or else TCP.
   *
   * @throws {ListenFailed} a configured address cannot be listened on
   */
  async openConfigured(services: ReadonlyMap<string, OfferConfig>): Promise<void> {
    await this.#configured.openAll(services);
  }

  /**
   * Offers what the configuration names now, and nothing that it does not; connections that were
   * made stay. What could not be offered, a sentence for each.
   */
  async useConfigured(services: ReadonlyMap<string, OfferConfig>): Promise<readonly string[]> {
    return await this.#configured.use(services);
  }

  async #openOffer(name: string, offer: OfferConfig): Promise<void> {
    const { listen, mode, protocol, compress, allow } = offer;
    if (compress !== null) this.#compress.set(name, compress);
    if (!isUnixPath(listen) && !isOwnMachine(listen.host)) {
      this.#gates.set(name, this.#gateFor(allow));
    }
    const before = this.#memory.announcedBy(this.#site.name).find((one) => one.name === name);
    const emulator = isUnixPath(listen)
      ? this.#emulatorOf(name, await listenUnix(listen.path, mode ?? DEFAULT_UNIX_MODE))
      : this.#openConfigured(name, protocol ?? before?.protocol ?? "tcp", listen);
    this.#add(emulator);
  }

  async #closeOffer(name: string): Promise<void> {
    const emulator = this.#emulators.get(name);
    for (const all of [this.#emulators, this.#compress, this.#gates]) all.delete(name);
    await emulator?.close();
    this.#log.info("offered-no-longer", { site: this.#site.name, service: name });
  }

  /**
   * Takes the protocol of a configured service from SNAPT, where the configuration says nothing of
   * it, and remembers it. Whatever SNAPT announces, each is opened anew once at most.
   */
  adapt(
    configured: ReadonlyMap<string, OfferConfig>,
    announced: readonly AnnouncedService[],
  ): void {
    if (this.#offering.isClosed) return;
    const known = oneOfEachName(announced.filter(({ name }) => configured.has(name)));
    this.#memory.rememberAnnounced(this.#site.name, known);
    for (const { name, protocol } of known) {
      const offer = configured.get(name);
      const emulator = this.#emulators.get(name);
      if (offer === undefined || emulator?.protocol === protocol) continue;
      if (offer.protocol !== null || isUnixPath(offer.listen)) {
        this.#log.warn("service-of-another-protocol", {
          service: name,
          reason: `the configuration says ${offer.protocol ?? "tcp"}, SNAPT says ${protocol}`,
        });
        continue;
      }
      this.#emulators.delete(name);
      if (emulator !== undefined) this.#tasks.run("close", () => emulator.close());
      try {
        this.#add(this.#openConfigured(name, protocol, offer.listen));
      } catch (error) {
        if (!(error instanceof ListenFailed)) throw error;
        this.#missing.note(name, failureFields(error));
      }
    }
  }

  /**
   * Offers what SNAPT announced on its real port, or near it (`OfferPlaces`), remembers it, and
   * what it announces no longer is taken back. Nobody has named these services here: there are
   * `MAX_ANNOUNCED` at most, none under a name that is none. One after the other: call it again
   * when it has resolved.
   */
  async openAnnounced(services: readonly AnnouncedService[]): Promise<void> {
    using _held = this.#memory.hold();
    await this.#offer(services, () => this.openAnnounced(services));
    if (this.#offering.isClosed) return;
    const offered = services.filter(({ name, protocol }) =>
      this.#emulators.get(name)?.protocol === protocol
    );
    this.#memory.rememberAnnounced(this.#site.name, oneOfEachName(offered));
  }

  /** Offers what SNAPT announced when it was heard last, until it is heard again. */
  async openRemembered(): Promise<void> {
    const services = this.#memory.announcedBy(this.#site.name);
    await this.#offer(services, () => this.openRemembered());
  }

  /** `again` is called later where the system has no descriptor left. */
  async #offer(
    services: readonly RememberedService[],
    again: () => Promise<void>,
  ): Promise<void> {
    this.#again?.cancel();
    this.#takeBack(services);
    const places = new OfferPlaces({ memory: this.#memory, others: () => this.#others() });
    for (const { name, port, protocol } of services) {
      if (this.#offering.isClosed) return;
      if (this.#emulators.has(name)) continue;
      if (!isName(name)) {
        this.#missing.note(printable(name), { reason: "SNAPT gave it a name that is none" });
        continue;
      }
      if (this.#emulators.size >= MAX_ANNOUNCED) {
        const reason = `SNAPT announces more than ${MAX_ANNOUNCED}; name it in \`services:\``;
        this.#missing.note(name, { reason });
        continue;
      }
      const open = (place: HostPort) => this.#add(this.#open(name, protocol, place));
      const key = { site: this.#site.name, service: name, protocol };
      const outcome = await this.#openNear(key, () => places.open(key, port, open));
      if (this.#offering.isClosed) return;
      if (outcome === "exhausted") {
        this.#again = this.#offering.timer(AGAIN_MS, () => this.#offering.run("offer", again));
        return;
      }
      if (outcome !== null) continue;
      this.#missing.note(name, { reason: `no port near ${port} is free` });
    }
  }

  async #openNear<T>({ service }: OfferKey, open: () => Promise<T>): Promise<T | "exhausted"> {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      this.#missing.note(service, { reason: error.message });
      return "exhausted";
    }
  }

  async #others(): Promise<"goOn" | "stop"> {
    await this.#offering.turns.others();
    return this.#offering.isClosed ? "stop" : "goOn";
  }

  #takeBack(services: readonly RememberedService[]): void {
    this.#missing.keepOnly(services.map(({ name }) => name));
    for (const emulator of this.emulators) {
      const { service, protocol } = emulator;
      if (services.some((one) => one.name === service && one.protocol === protocol)) continue;
      this.#emulators.delete(service);
      this.#tasks.run("close", () => emulator.close());
      this.#log.info("offered-no-longer", { site: this.#site.name, service });
    }
  }

  /** The machine has these addresses now. */
  useAddresses(addresses: readonly string[]): void {
    this.#addresses = addresses;
    for (const emulator of this.#emulators.values()) {
      if (emulator.protocol === "udp") emulator.useAddresses(addresses);
    }
  }

  async close(): Promise<void> {
    this.#offering.close();
    this.#again?.cancel();
    await Promise.all(this.emulators.map((emulator) => emulator.close()));
    this.#emulators.clear();
  }

  #add(emulator: TcpEmulator | UdpEmulator): "added" {
    this.#emulators.set(emulator.service, emulator);
    this.#missing.found(emulator.service);
    if (emulator.protocol === "udp") emulator.useAddresses(this.#addresses);
    this.#log.info("offering", {
      site: this.#site.name,
      service: emulator.service,
      protocol: emulator.protocol,
      at: emulator.name,
    });
    return "added";
  }

  #openConfigured(name: string, protocol: Protocol, listen: HostPort) {
    const setting = `sites.${this.#site.name}.services.${name}.listen`;
    return this.#open(name, protocol, { ...listen, setting });
  }

  #open(name: string, protocol: Protocol, listen: ListenAddress): TcpEmulator | UdpEmulator {
    if (protocol === "udp") {
      const gate = this.#gates.get(name) ?? null;
      return new UdpEmulator(name, listen, this.#site.flows, gate);
    }
    return this.#emulatorOf(name, listenPlain(listen));
  }

  #emulatorOf(name: string, listener: ByteListener): TcpEmulator {
    return new TcpEmulator(listener, {
      service: name,
      open: (opening, application) => this.#site.open(opening, application),
      compression: () => this.#compress.get(name) ?? this.#site.compressionOf(name),
      gate: this.#gates.get(name) ?? null,
      tasks: this.#tasks,
    }).start();
  }

  #gateFor(allow: readonly SourceRange[] | null): AccessGate {
    return new AccessGate(allow ?? this.#allow, this.#log, () => this.#tasks.now());
  }
}

/** What is said last of each name holds. */
function oneOfEachName<T extends { readonly name: string }>(services: readonly T[]): readonly T[] {
  return [...new Map(services.map((service) => [service.name, service])).values()];
}
