import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { Link } from "../link/link.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { CompressedStreams } from "../stream/compression/compressed_streams.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import type { StreamTraffic } from "../stream/stream_traffic.ts";
import type { PumpHost } from "../stream/pump_host.ts";
import { partFrom, type PartingPace } from "../stream/parting.ts";
import { StreamPump } from "../stream/stream_pump.ts";

/** What the pumps of a session work with. */
export interface StreamPumpsContext {
  readonly host: PumpHost;
  /** The session's; each stream has a group of its own in it. */
  readonly tasks: TaskGroup;
  /** What may outlive the session. */
  readonly outside: TaskGroup;
  readonly memory: MemoryBudget;
  readonly packing: CompressionTotals;
  readonly traffic: StreamTraffic;
  /** A mistake of ours happened in what belongs to one stream, which is to end for it. */
  readonly faulted: (stream: number) => void;
}

interface Member {
  readonly stream: StreamRecord;
  readonly pump: StreamPump;
  readonly tasks: TaskGroup;
}

/** The pumps of one session, and the task group of each: a mistake of ours costs one stream. */
export class StreamPumps {
  /** How the streams are packed, for the status. */
  readonly packed: CompressedStreams;
  readonly #context: StreamPumpsContext;
  readonly #members = new Map<number, Member>();
  #pace: PartingPace = "patient";

  constructor(context: StreamPumpsContext) {
    this.#context = context;
    this.packed = new CompressedStreams(context.memory, context.packing, context.tasks.turns);
  }

  get size(): number {
    return this.#members.size;
  }

  /** How many bytes of `stream` the application beside us has not confirmed yet. */
  unconfirmedBytes(stream: number): number {
    return this.#members.get(stream)?.pump.unconfirmedBytes ?? 0;
  }

  /** The two ends of the connection of the application of `stream`; null before it is there. */
  endsOf(stream: number): Pick<ByteConn, "localAddress" | "remoteAddress"> | null {
    return this.#members.get(stream)?.pump.ends ?? null;
  }

  /** The links that carry `stream`. */
  linksOf(stream: number): Iterable<Link> {
    return this.#members.get(stream)?.pump.links ?? [];
  }

  /** Makes a pump for a stream of the core; its reports may follow in the same turn. */
  add(stream: StreamRecord, application: Promise<ByteConn | null>): void {
    const { id } = stream;
    const { host, faulted } = this.#context;
    const tasks = this.#context.tasks.child(`stream ${id}`, () => faulted(id));
    const packed = this.packed.wrap(stream, application);
    const pump = new StreamPump({ stream, application: packed, host, tasks });
    this.#members.set(id, { stream, tasks, pump });
    this.#context.traffic.begin(stream);
    pump.start();
  }

  /** Lets the pump of `stream` do something; of one that is gone nothing is wanted. */
  with(stream: number, what: string, act: (pump: StreamPump) => void): void {
    const member = this.#members.get(stream);
    member?.tasks.guard(what, () => act(member.pump));
  }

  /** A mistake of ours that concerns `stream` happened outside its pump; the stream ends for it. */
  fault(stream: number, what: string, error: unknown): void {
    const { tasks, faulted } = this.#context;
    const member = this.#members.get(stream);
    if (member !== undefined) return member.tasks.fault(what, error);
    const passing = tasks.child(`stream ${stream}`, () => faulted(stream));
    passing.fault(what, error);
    passing.close();
  }

  /** The stream is complete; `free` gets the link that may carry another one, if there is one. */
  release(stream: number, free: (link: Link) => void): void {
    const member = this.#remove(stream);
    const link = member?.tasks.guard("release", () => member.pump.release()) ?? null;
    if (link !== null) free(link);
  }

  /** The program ends: nobody is given time any more. */
  hurry(): void {
    this.#pace = "atOnce";
  }

  /** The stream has failed, and its application sees so at once. */
  reset(stream: number): void {
    const member = this.#remove(stream);
    member?.tasks.guard("reset", () => member.pump.reset());
  }

  /** The stream has failed; when its session is over, its application is given time to read. */
  fail(stream: number, code: ResetCode): void {
    if (code !== "sessionEnded") return this.reset(stream);
    const member = this.#remove(stream);
    const parting = member?.tasks.guard("leave", () => member.pump.leave()) ?? null;
    if (parting === null) return;
    const { outside } = this.#context;
    outside.guard("parting", () => partFrom(parting, this.#pace, outside));
  }

  /** Cuts the links of all off from the peer; `resetAll` comes next. */
  resetLinks(): void {
    for (const { pump, tasks } of this.#members.values()) {
      tasks.guard("reset links", () => pump.resetLinks());
    }
  }

  /** Resets all that are left. */
  resetAll(): void {
    for (const stream of [...this.#members.keys()]) this.reset(stream);
  }

  #remove(stream: number): Member | null {
    const member = this.#members.get(stream) ?? null;
    if (member === null) return null;
    this.#members.delete(stream);
    member.tasks.close();
    this.#context.traffic.end(member.stream);
    return member;
  }
}
