/** What a hostile peer remembers of a stream, so that what it says next is right or nearly so. */
export interface HostileStream {
  readonly id: number;
  binding: number;
  /** What it has sent, and what it has read or says that it has. */
  sent: number;
  received: number;
}

/** What a hostile peer knows of the session with its victim. */
export class HostileMemory {
  epoch = 0;
  /** The number of its last message of the record, and that of the victim's last. */
  sequence = 0;
  recordReceived = 0;
  readonly streams = new Map<number, HostileStream>();
  calls: number[] = [];

  /** There is another session. */
  forget(): void {
    this.epoch = 0;
    this.sequence = 0;
    this.recordReceived = 0;
    this.streams.clear();
    this.calls = [];
  }

  /** The stream of that number, new or known. */
  stream(id: number): HostileStream {
    const known = this.streams.get(id);
    if (known !== undefined) return known;
    const stream = { id, binding: 0, sent: 0, received: 0 };
    this.streams.set(id, stream);
    if (this.streams.size > 200) {
      const [oldest] = this.streams.keys();
      if (oldest !== undefined) this.streams.delete(oldest);
    }
    return stream;
  }
}
