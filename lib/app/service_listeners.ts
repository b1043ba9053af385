import type { HostPort } from "../config/host_port.ts";
import type { AnnouncedService } from "../core/wire/message.ts";
import { ListenFailed, listenPlain } from "../net/listen.ts";
import type { ByteListener } from "../net/listen.ts";
import type { CnaptSite } from "../relay/cnapt_site.ts";
import { Emulator } from "../relay/emulator.ts";
import type { Log } from "./log.ts";

/** Where an announced service is offered whose port an ordinary user may not use: 22 → 2222. */
const UNPRIVILEGED_OFFSET = 2_200;
const FIRST_UNPRIVILEGED = 1_024;
/** How many ports are tried from the wanted one upwards. */
const TRIED_PORTS = 100;
const LOOPBACK = "127.0.0.1";

/** The emulators of one site: those configured from the start, the others when announced. */
export class ServiceListeners {
  readonly #site: CnaptSite;
  readonly #log: Log;
  readonly #emulators = new Map<string, Emulator>();

  constructor(site: CnaptSite, log: Log) {
    this.#site = site;
    this.#log = log;
  }

  get emulators(): readonly Emulator[] {
    return [...this.#emulators.values()];
  }

  /** @throws {ListenFailed} a configured address cannot be listened on */
  openConfigured(services: ReadonlyMap<string, { readonly listen: HostPort }>): void {
    for (const [name, { listen }] of services) this.#add(name, listenPlain(listen));
  }

  /** Offers what SNAPT announced on its real port, or the next one that is free. */
  openAnnounced(services: readonly AnnouncedService[]): void {
    for (const { name, port } of services) {
      if (this.#emulators.has(name)) continue;
      const listener = listenNear(port);
      if (listener !== null) this.#add(name, listener);
      else this.#log.warn("service-not-offered", { service: name, reason: "no port is free" });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.emulators.map((emulator) => emulator.close()));
    this.#emulators.clear();
  }

  #add(name: string, listener: ByteListener): void {
    const emulator = new Emulator(
      name,
      listener,
      (opening, application) => this.#site.open(opening, application),
    );
    this.#emulators.set(name, emulator);
    this.#log.info("offering", {
      site: this.#site.name,
      service: name,
      at: `${emulator.address}:${emulator.port}`,
    });
  }
}

function listenNear(port: number): ByteListener | null {
  let tried = port;
  for (let tries = 0; tries < TRIED_PORTS && tried < 65_536; tries++) {
    try {
      return listenPlain({ host: LOOPBACK, port: tried });
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      const isPrivileged = error.code === "notPermitted" && tried < FIRST_UNPRIVILEGED;
      tried = isPrivileged ? tried + UNPRIVILEGED_OFFSET : tried + 1;
    }
  }
  return null;
}
