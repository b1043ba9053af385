import { isOwnMachine, type SourceRange } from "../../core/access/source_list.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { AccessGate } from "../../relay/access/access_gate.ts";
import { isSame } from "../../config/config_change.ts";
import type { SiteConfig } from "../../config/site_config.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { isName } from "../../config/schema.ts";
import { isBearer } from "../../status/guard.ts";
import { ListenFailed, listenPlain } from "../../net/listen.ts";
import type { CnaptSite } from "../../relay/site/cnapt_site.ts";
import {
  judgeAuthority,
  type JudgeTarget,
  negotiateHttp,
  refuse,
} from "../../relay/proxy/http_proxy.ts";
import { ProxyListener } from "../../relay/proxy/proxy_listener.ts";
import type { ProxyRequest } from "../../relay/proxy/proxy_request.ts";
import { negotiateSocks5 } from "../../relay/proxy/socks5_proxy.ts";
import { readAuthority } from "../../core/proxy/http_connect.ts";
import { UdpAssociations } from "../../relay/proxy/udp_associations.ts";
import type { Log } from "../program/log.ts";

/** A proxy of CNAPT, as the status shows it. */
export interface WayInSnapshot {
  readonly site: string;
  readonly kind: "socks5" | "http";
  readonly listen: string;
  /** Connections of hosts that `allow` does not have. */
  readonly refused: number;
  /** How many programs have datagrams relayed now. */
  readonly associations: number;
}

/** The ways into CNAPT beside the emulators: proxies for each site, and one for `cnapt stdio`. */
export class WaysIn {
  readonly #tasks: TaskGroup;
  readonly #log: Log;
  readonly #allow: () => readonly SourceRange[];
  #proxies: readonly {
    readonly shown: Omit<WayInSnapshot, "refused" | "associations">;
    readonly listener: ProxyListener;
    /** As it is configured. */
    readonly at: HostPort;
  }[] = [];
  #stdio: ProxyListener | null = null;

  /** `allow`: which other hosts are allowed to use the proxies that they reach. */
  constructor(tasks: TaskGroup, log: Log, allow: () => readonly SourceRange[] = () => []) {
    this.#tasks = tasks.child("ways in", "keepGoing");
    this.#log = log;
    this.#allow = allow;
  }

  get all(): readonly WayInSnapshot[] {
    return this.#proxies.map(({ shown, listener }) => {
      const { refused, associations } = listener;
      return { ...shown, refused, associations };
    });
  }

  /** Where `cnapt stdio` comes in; null before `openStdio`. */
  get stdio(): string | null {
    return this.#stdio === null ? null : addressOf(this.#stdio);
  }

  /** @throws {ListenFailed} an address cannot be listened on */
  open(site: CnaptSite, { socks5, http }: SiteConfig): void {
    if (socks5 !== null) this.#add(site, "socks5", socks5);
    if (http !== null) this.#add(site, "http", http);
  }

  /**
   * Opens and closes what is another one by now; what came in there goes on. What could not be
   * opened, a sentence for each.
   */
  async use(
    site: CnaptSite,
    wanted: Pick<SiteConfig, "socks5" | "http">,
  ): Promise<readonly string[]> {
    const open = (kind: "socks5" | "http") =>
      this.#proxies.find(({ shown }) => shown.site === site.name && shown.kind === kind);
    const changed = (["socks5", "http"] as const).filter((kind) =>
      !isSame(open(kind)?.at ?? null, wanted[kind])
    );
    const closed = changed.flatMap((kind) => open(kind) ?? []); // first: they may change places
    this.#proxies = this.#proxies.filter((one) => !closed.includes(one));
    await Promise.all(closed.map(({ listener }) => listener.close()));
    const failed: string[] = [];
    for (const kind of changed) {
      const at = wanted[kind];
      try {
        if (at !== null) this.#add(site, kind, at);
      } catch (error) {
        if (!(error instanceof ListenFailed)) throw error;
        failed.push(error.message);
      }
    }
    return failed;
  }

  /** Lets `cnapt stdio` in, which proves that it may read the token. */
  openStdio(sites: () => readonly CnaptSite[], token: string): void {
    this.#stdio = new ProxyListener(listenPlain({ host: "127.0.0.1", port: 0 }), {
      negotiate: negotiateHttp(judgeStdio(token)),
      findSite: (request) => siteFor(sites(), request),
      tasks: this.#tasks,
      log: this.#log,
    }).start();
  }

  /** Closes the proxies of a site that ends. */
  async closeSite(name: string): Promise<void> {
    const ended = this.#proxies.filter(({ shown }) => shown.site === name);
    this.#proxies = this.#proxies.filter(({ shown }) => shown.site !== name);
    await Promise.all(ended.map(({ listener }) => listener.close()));
  }

  async close(): Promise<void> {
    const all = this.#proxies.map(({ listener }) => listener);
    if (this.#stdio !== null) all.push(this.#stdio);
    await Promise.all(all.map((listener) => listener.close()));
  }

  #add(site: CnaptSite, kind: "socks5" | "http", at: HostPort): void {
    const negotiate = kind === "socks5" ? negotiateSocks5 : negotiateHttp(judgeAuthority);
    const tasks = this.#tasks;
    const log = this.#log;
    const gate = isOwnMachine(at.host) ? null : new AccessGate(this.#allow, log, () => tasks.now());
    const associations = kind === "socks5" ? new UdpAssociations(site, tasks, log) : null;
    const context = { negotiate, findSite: () => site, gate, associations, tasks, log };
    const listener = new ProxyListener(listenPlain(at), context).start();
    const shown = { site: site.name, kind, listen: addressOf(listener) };
    this.#proxies = [...this.#proxies, { shown, listener, at }];
    this.#log.info("proxy", { site: site.name, kind, at: shown.listen });
  }
}

/** A service by its name, or a host and a port; the site by a field of its own. */
function judgeStdio(token: string): JudgeTarget {
  return (text, fields) => {
    if (!isBearer(fields.get("authorization"), token, Date.now())) {
      throw refuse(403, "Forbidden", "the token is wrong");
    }
    const authority = readAuthority(text);
    if (authority === null && !isName(text)) {
      throw refuse(400, "Bad Request", "it is neither the name of a service nor HOST:PORT");
    }
    const target = authority === null
      ? { kind: "service", name: text } as const
      : { kind: "destination", ...authority } as const;
    return { target, site: fields.get("cnapt-site") ?? null };
  };
}

function siteFor(sites: readonly CnaptSite[], { target, site }: ProxyRequest): CnaptSite {
  const known = sites.map(({ name }) => name).join(", ");
  const named = sites.filter((one) => site === null || one.name === site);
  const [first] = named;
  if (first === undefined) {
    throw refuse(404, "Not Found", `there is no site ${site}, there is ${known}`);
  }
  if (target.kind === "destination") {
    if (named.length === 1) return first;
    throw refuse(400, "Bad Request", `say through which site, with --site: there is ${known}`);
  }
  const offering = named.filter((one) => one.hasService(target.name));
  // Before SNAPT was heard, nobody knows what it has: then the service waits.
  const unheard = named.filter((one) => one.services.length === 0);
  const found = offering[0] ?? unheard[0];
  if (found !== undefined) return found;
  const services = named.flatMap((one) => one.services.map(({ name }) => name)).join(", ");
  throw refuse(404, "Not Found", `there is no service ${target.name}, there is ${services}`);
}

function addressOf({ address, port }: ProxyListener): string {
  return formatHostPort({ host: address, port });
}
