import type { ByteConn } from "../../net/byte_conn.ts";

/** What connections have brought together, as it was on the wire. */
export interface Carriage {
  /** How many there are now, */
  joined: number;
  /** and how many there were in all. */
  connections: number;
  receivedBytes: number;
  sentBytes: number;
}

export function noCarriage(): Carriage {
  return { joined: 0, connections: 0, receivedBytes: 0, sentBytes: 0 };
}

/** A connection that is counted in `carriage`, from now until this end closes it. */
export class CountedConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly #conn: ByteConn;
  readonly #carriage: Carriage;
  #state: "counted" | "over" = "counted";

  constructor(conn: ByteConn, carriage: Carriage) {
    this.#conn = conn;
    this.#carriage = carriage;
    this.localAddress = conn.localAddress;
    this.remoteAddress = conn.remoteAddress;
    carriage.joined += 1;
    carriage.connections += 1;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const count = await this.#conn.read(into);
    this.#carriage.receivedBytes += count ?? 0;
    return count;
  }

  async readNext(): Promise<Uint8Array | null> {
    const bytes = await this.#conn.readNext();
    this.#carriage.receivedBytes += bytes?.length ?? 0;
    return bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#conn.write(bytes);
    this.#carriage.sentBytes += bytes.length;
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    this.#over();
    this.#conn.close();
  }

  reset(): void {
    this.#over();
    this.#conn.reset();
  }

  #over(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#carriage.joined -= 1;
  }
}
