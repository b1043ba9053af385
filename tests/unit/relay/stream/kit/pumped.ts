import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import {
  createStreamRecord,
  type StreamRecord,
} from "../../../../../lib/core/stream/stream_record.ts";
import type { PumpContext, PumpHost } from "../../../../../lib/relay/stream/pump_host.ts";
import { Link } from "../../../../../lib/relay/link/link.ts";
import { TaskGroup } from "../../../../../lib/relay/run/task_group.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { TestLog } from "../../../../test_log.ts";
import { VirtualClock } from "../../../../virtual_clock.ts";

/** One stream, its application and its links in memory, and what its pump reports. */
export class Pumped {
  readonly log = new TestLog();
  readonly clock = new VirtualClock();
  readonly root = TaskGroup.root(this.clock, this.log);
  /** Each report in the order in which it came. */
  readonly reports: string[] = [];
  readonly tasks = this.root.child("stream 1", () => this.reports.push("faulted"));
  readonly stream: StreamRecord;
  /** The pump's end of the application's connection, and the application's own. */
  readonly near: MemoryConn;
  readonly application: MemoryConn;
  readonly host: PumpHost;

  constructor() {
    const target = { kind: "service", name: "db" } as const;
    const opening = { target, compression: "none", source: "" } as const;
    this.stream = createStreamRecord(1, opening, {
      ringCapBytes: 1 << 16,
      budget: new MemoryBudget(1 << 20),
    }, 0);
    [this.near, this.application] = MemoryConn.pair();
    const { reports, stream } = this;
    this.host = {
      delivered: (_, bytes) => {
        stream.cursor.deliver(bytes);
        reports.push(`delivered ${bytes}`);
      },
      applicationEnded: () => reports.push("application ended"),
      inputEnded: () => {
        stream.input = "ended";
        reports.push("input ended");
      },
      applicationFailed: (_, code) => reports.push(`failed ${code}`),
      streamLinkLost: (_, link) => reports.push(`lost ${this.nameOf(link)}`),
      inboundBroken: () => reports.push("broken"),
      inboundMoved: (_, link) => reports.push(`moved ${this.nameOf(link)}`),
      payloadSent: () => {},
      payloadTaken: () => {},
      payloadWaits: () => {},
    };
  }

  get context(): PumpContext {
    const { stream, host, tasks } = this;
    return {
      stream,
      application: Promise.resolve(this.near),
      host,
      tasks,
    };
  }

  /** A link, and SNAPT's end of it. */
  link(name: string): { readonly link: Link; readonly far: MemoryConn } {
    const [near, far] = MemoryConn.pair();
    const link = new Link(near, name, this.root);
    this.#names.set(link.id, name);
    return { link, far };
  }

  nameOf(link: number): string {
    return this.#names.get(link) ?? `link ${link}`;
  }

  readonly #names = new Map<number, string>();
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
