import type { Compression, StreamOpening } from "../../lib/core/wire/stream_opening.ts";
import type { ByteConn } from "../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../lib/net/conn_failed.ts";
import type { Chance } from "./chance.ts";
import { type ApplicationPlan, QUICK_PLAN, SimApplication } from "./sim_application.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** One relayed connection: the plans of its two applications. */
export interface StreamPlan {
  readonly client?: Partial<ApplicationPlan>;
  readonly server?: Partial<ApplicationPlan>;
  /** Nobody listens at the service. */
  readonly isUnreachable?: boolean;
  readonly compression?: Compression;
}

/** A relayed connection and what has become of it. */
export interface SimStream {
  readonly client: SimApplication;
  server: SimApplication | null;
  readonly plan: StreamPlan;
}

/** A server application that has connected to a client service and was not answered yet. */
interface SimCall {
  readonly connection: number;
  readonly server: SimApplication;
  readonly plan: StreamPlan;
}

/** The applications of a world, two for each connection, and what each of them may see. */
export class SimConnections {
  /** By the number of the connection, which is that of the stream where SNAPT calls nobody. */
  readonly streams = new Map<number, SimStream>();
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  /** Calls that CNAPT has not answered, in order. */
  readonly #calls: SimCall[] = [];
  readonly #callers: SimApplication[] = [];
  #lastConnection = 0;

  constructor(time: VirtualTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  /** A client application that connects to the service. */
  client(plan: StreamPlan): SimApplication {
    const connection = ++this.#lastConnection;
    const client = this.#application("client", connection, plan);
    this.streams.set(connection, { client, server: null, plan });
    return client;
  }

  /** A server application that calls by `connect`, which is false when nobody listens. */
  call(plan: StreamPlan, connect: (server: SimApplication) => boolean): void {
    const connection = ++this.#lastConnection;
    const server = this.#application("server", connection, plan);
    this.#calls.push({ connection, server, plan });
    if (connect(server)) this.#callers.push(server);
    else this.#calls.pop();
  }

  /** SNAPT has turned the newest call away. */
  callTurnedAway(): void {
    this.#calls.pop();
  }

  /** CNAPT has heard of a call: it connects to its client application, or cannot. */
  async openClientApplication(): Promise<ByteConn> {
    const call = this.#calls.shift();
    if (call === undefined) throw new Error("Cannot answer a call: nobody called");
    const { connection, server, plan } = call;
    await this.#connecting(plan);
    const client = this.#application("client", connection, plan);
    this.streams.set(connection, { client, server, plan });
    return client;
  }

  /** SNAPT connects to the server application, or cannot. */
  async openService({ source }: StreamOpening): Promise<ByteConn> {
    const connection = Number(source.slice(source.lastIndexOf(":") + 1));
    const stream = this.streams.get(connection);
    if (stream === undefined) throw new Error(`Cannot open ${source}: nobody asked for it`);
    if (stream.server !== null) throw new Error(`Cannot open ${source}: it was opened before`);
    await this.#connecting(stream.plan);
    stream.server = this.#application("server", connection, stream.plan);
    return stream.server;
  }

  /**
   * Checks how every connection ended: in an orderly way, unless an application wanted otherwise or
   * `isSessionOver`, and then both applications were told.
   */
  checkEndings(isSessionOver: boolean): void {
    for (const [connection, { client, server, plan }] of this.streams) {
      const isCut = client.ending === "resetByItself" || server?.ending === "resetByItself" ||
        plan.isUnreachable === true || isSessionOver;
      if (!isCut && (client.ending !== "closed" || server?.ending !== "closed")) {
        const how = `${client.ending} and ${server?.ending}`;
        throw new Error(`Connection ${connection} ended ${how}, not closed`);
      }
      if (client.ending === "open" || server?.ending === "open") {
        throw new Error(`Connection ${connection} is over, but an application was not told`);
      }
    }
    for (const caller of this.#callers) {
      if (caller.ending === "open") throw new Error(`The ${caller.name} is left waiting`);
    }
  }

  async #connecting({ isUnreachable }: StreamPlan): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#time.after(this.#chance.between(0, 20), resolve);
    await promise;
    if (isUnreachable === true) throw new ConnFailed("refused", "Cannot connect: nobody there");
  }

  #application(role: "client" | "server", connection: number, plan: StreamPlan): SimApplication {
    const plans = {
      client: { ...QUICK_PLAN, ...plan.client },
      server: { ...QUICK_PLAN, ...plan.server },
    };
    const own = plans[role];
    const other = plans[role === "client" ? "server" : "client"];
    return new SimApplication({ role, connection, own, other }, this.#time, this.#chance);
  }
}
