import type { Welcome } from "../../core/pairing/pairing_messages.ts";
import { CLIENT_KEY_BYTES } from "../../core/pairing/pairing_messages.ts";
import { LocalMisuse } from "../../core/local_misuse.ts";
import { encodeTicket } from "../../config/ticket.ts";
import type { HostPort } from "../../config/host_port.ts";
import { showAside } from "../program/show.ts";
import {
  type JoinedSite,
  joinedSite,
  type JoinOptions,
  siteJoinedAs,
  tellJoined,
  writeJoinedSite,
} from "./joined_site.ts";

/** A place of a code. */
export interface JoinPlace {
  readonly address: HostPort;
  /** By which a relay knows SNAPT; null: the address is SNAPT's own. */
  readonly serverName: string | null;
}

/** Keeps the key of one joining, over however many attempts. */
export class SiteJoiner {
  readonly #options: JoinOptions;
  readonly #places: readonly JoinPlace[];
  /** Where SNAPT has proven the code. */
  #met: JoinPlace | null = null;
  readonly #freshKey = crypto.getRandomValues(new Uint8Array(CLIENT_KEY_BYTES));
  #state: "begun" | "chosen" | "saved" = "begun";
  #site = "";
  #name = "";
  #isKnown = false;

  /** `places`: those of the code. */
  constructor(options: JoinOptions, places: readonly JoinPlace[]) {
    this.#options = options;
    this.#places = places;
  }

  get state(): "begun" | "chosen" | "saved" {
    return this.#state;
  }

  /** SNAPT was met at `place`: the key for it. */
  async chooseKey(welcome: Welcome, place: JoinPlace): Promise<Uint8Array> {
    this.#met = place;
    this.#name = welcome.name;
    const known = await siteJoinedAs(this.#options.configFile, welcome.clientId);
    if (known !== null) {
      this.#isKnown = this.#state === "begun";
      this.#state = "saved";
      this.#site = known.site;
      return known.key;
    }
    // Whatever keeps the site from being written is said before SNAPT stores anything.
    await this.#plan(welcome, this.#freshKey, new Uint8Array(1));
    this.#state = "chosen";
    return this.#freshKey;
  }

  async save(welcome: Welcome, key: Uint8Array, certificate: Uint8Array): Promise<void> {
    if (this.#state === "saved") return;
    const joined = await this.#plan(welcome, key, certificate);
    await writeJoinedSite(joined);
    this.#site = joined.site;
    this.#state = "saved";
  }

  /** Says which site it is; its name. */
  tell(): string {
    tellJoined({
      file: this.#options.configFile,
      site: this.#site,
      address: this.#wherever.address,
      name: this.#name,
      isJson: this.#options.isJson,
      isKnown: this.#isKnown,
    });
    return this.#site;
  }

  /** A refusal after the site was written: somebody else was quicker with the same code. */
  undone(error: Error): Error {
    if (this.#state === "saved") {
      showAside(
        `SNAPT does not take the key of site ${this.#site} in ${this.#options.configFile}: remove this site.`,
      );
    }
    return error;
  }

  /** Where SNAPT was met; before that, where it is expected. */
  get #wherever(): JoinPlace {
    const [first] = this.#places;
    const place = this.#met ?? first;
    if (place === undefined) throw new LocalMisuse("Cannot join: a code has a place at least");
    return place;
  }

  async #plan(welcome: Welcome, key: Uint8Array, certificate: Uint8Array): Promise<JoinedSite> {
    const { clientId: id, name, site, addresses: told } = welcome;
    const relay = this.#places.find(({ serverName }) => serverName !== null);
    const { address: met } = this.#wherever;
    // Of a ticket with the name for a relay the address is the relay's, wherever SNAPT was met.
    const address = relay?.address ?? met;
    const line = encodeTicket({ name, address, site, id, key, certificate });
    const addresses = [met, ...this.#places.map((place) => place.address), ...told];
    return await joinedSite(this.#options, line, addresses, relay?.serverName);
  }
}
