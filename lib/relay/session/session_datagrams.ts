import { routeIn } from "../../core/relay/relay_datagrams.ts";
import { routeOfName } from "../../core/relay/relay_name.ts";
import { datagramBytesOf } from "../../core/path/path_size.ts";
import type { DatagramSession } from "../../core/wire/datagram_messages.ts";
import { CnaptDatagrams } from "../datagram/cnapt_datagrams.ts";
import { loadSodium } from "../datagram/sealing/chacha20_poly1305.ts";
import type { Link } from "../link/link.ts";
import type { LinkSupply } from "../link/link_supply.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CnaptSessionContext } from "./cnapt_session_context.ts";

/** What the datagrams need of the driver of their session. */
export interface SessionDatagramsHost {
  /** Owns what the session runs by itself. */
  readonly tasks: TaskGroup;
  readonly supply: LinkSupply;
  /** The control link, and the epoch of the session. */
  readonly place: () => { readonly control: Link | null; readonly epoch: number };
  /** A datagram came: the path is well. */
  readonly heard: () => void;
}

type Context = Pick<
  CnaptSessionContext,
  "dialer" | "endpoint" | "flows" | "settings" | "providers" | "log"
>;

/** What carries the datagrams of one CNAPT session, once SNAPT has offered to. */
export class SessionDatagrams {
  readonly #context: Context;
  readonly #host: SessionDatagramsHost;
  #carrier: CnaptDatagrams | null = null;

  constructor(context: Context, host: SessionDatagramsHost) {
    this.#context = context;
    this.#host = host;
  }

  /** Whether datagrams can be carried. */
  get isOpen(): boolean {
    return this.#carrier !== null;
  }

  async offered(offer: DatagramSession): Promise<void> {
    const { dialer, endpoint, flows, settings, log } = this.#context;
    const expected = endpoint.tls === null ? "signed" : "sealed";
    if (offer.protection !== expected) {
      const reason = `SNAPT wants datagrams ${offer.protection}`;
      log.warn("protocol-violation", { reason_code: "unexpected", reason });
      return;
    }
    if (expected === "sealed") await loadSodium();
    if (this.#host.tasks.isClosed) return;
    const { supply, heard, tasks } = this.#host;
    // Offered again, under the same tag, it is what has become of the services.
    if (this.#carrier?.tag === offer.tag) return flows.servicesChanged(offer.services);
    this.#carrier?.close();
    this.#carrier = new CnaptDatagrams(offer, {
      tasks,
      requestLink: (provider, take) => supply.request(provider, take),
      datagramBytesOn: (provider) => {
        const segmentBytes = dialer.sizes.segmentBytesOn(provider);
        return segmentBytes === null ? null : datagramBytesOf(segmentBytes);
      },
      heard,
      flows,
      key: endpoint.credentials.key,
      instance: settings.instance,
      ruleOf: settings.ruleOf,
      log,
    });
    this.#carrier.start();
    this.moved();
  }

  /** The session has another control link, or another epoch. */
  moved(): void {
    const { control, epoch } = this.#host.place();
    const provider = control === null ? null : this.#context.providers.find(control.provider);
    if (control === null || provider === null) return;
    this.#carrier?.use(provider, control.conn.remoteAddress, epoch, routeTo(control));
  }

  /** There is no path. */
  suspend(): void {
    this.#carrier?.suspend();
  }

  close(): void {
    this.#carrier?.close();
  }
}

/** What SNAPT is called by where the link leads; null: it is reached without a relay. */
function routeTo({ route: name }: Link): bigint | null {
  const route = name === null ? null : routeOfName(name);
  return route === null ? null : routeIn(route);
}
