import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { Message } from "../../../../../lib/core/wire/message.ts";
import type { PathReport } from "../../../../../lib/core/wire/path_report.ts";
import type { Link } from "../../../../../lib/relay/link/link.ts";
import { SnaptDriver } from "../../../../../lib/relay/session/snapt_driver.ts";
import { CompressionTotals } from "../../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../../lib/relay/stream/stream_traffic.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { SNAPT_SETTINGS } from "../../../core/session/session_settings.ts";
import type { LinkWorld } from "../../link/kit/link_world.ts";

/** The SNAPT to which all links of a world lead. */
export class FarSnapt {
  /** The sessions that it has had. */
  readonly sessions: SnaptDriver[] = [];
  /** What it was told about the path. */
  readonly reports: PathReport[] = [];
  readonly #links: LinkWorld;

  constructor(links: LinkWorld) {
    this.#links = links;
    links.take = (link, first) => this.#take(link, first);
  }

  #take(link: Link, first: Message): void {
    switch (first.kind) {
      case "connect":
        return this.#serve(link, first.instance);
      case "bind":
      case "switchStep2":
      case "switchUnexpected":
        return this.sessions.at(-1)?.takeFirst(link, first);
      default:
        link.close();
    }
  }

  #serve(link: Link, instance: string): void {
    const driver = new SnaptDriver({
      linkFree: (link) => link.close(),
      settings: { ...SNAPT_SETTINGS, instance },
      budget: new MemoryBudget(1024 * 1024),
      openService: () => Promise.resolve(MemoryConn.pair()[1]),
      clientServices: null,
      flows: null,
      packing: new CompressionTotals(),
      traffic: new StreamTraffic(),
      tasks: this.#links.site,
      log: this.#links.log,
      dialClient: () => {},
      pathReported: (report) => this.reports.push(report),
      violated: () => {},
      sessionEnded: () => {},
    }, link);
    this.sessions.push(driver);
    driver.start();
  }
}
