import { DatagramListener, type DatagramPath } from "../../net/datagram_listener.ts";
import { formatAddress } from "../../net/socket_address.ts";
import type { ListenAddress } from "../../net/listen.ts";
import type { AccessGate } from "../access/access_gate.ts";
import type { CnaptFlow } from "../datagram/cnapt_flow.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import type { Endpoint } from "../../net/endpoint.ts";

/**
 * The UDP socket that stands in for a service on CNAPT's side. Each address that sends to it is an
 * application of its own, with a flow of its own.
 */
export class UdpEmulator {
  readonly service: string;
  readonly protocol = "udp";
  readonly #gate: AccessGate | null;
  readonly #flows: CnaptFlows;
  readonly #listener: DatagramListener;
  readonly #byApplication = new Map<string, CnaptFlow>();

  /** @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine */
  constructor(
    service: string,
    listen: ListenAddress,
    flows: CnaptFlows,
    /** Who may use it; null: whoever reaches it. */
    gate: AccessGate | null = null,
  ) {
    this.#gate = gate;
    this.service = service;
    this.#flows = flows;
    const handler = guardedHandler<DatagramPath, Endpoint>(flows.tasks, {
      received: (bytes, from) => this.#received(bytes, from),
      notSent: () => flows.drops.add("sendFailed"),
    });
    this.#listener = new DatagramListener(listen, handler);
  }

  /** Where programs find it: `address:port`. */
  get name(): string {
    return formatAddress(this.#listener.host, this.#listener.port);
  }
  get port(): number {
    return this.#listener.port;
  }

  /** The machine has these addresses now: a program is answered from the one it sends to. */
  useAddresses(addresses: readonly string[]): void {
    this.#listener.useAddresses(addresses);
  }

  /** How many datagrams of others were dropped. */
  get refused(): number {
    return this.#gate?.refused ?? 0;
  }

  async close(): Promise<void> {
    for (const flow of [...this.#byApplication.values()]) this.#flows.close(flow);
    await this.#listener.close();
  }

  #received(bytes: Uint8Array, from: DatagramPath): void {
    const flow = this.#byApplication.get(from.key) ?? this.#open(from);
    if (flow !== null) this.#flows.send(flow, bytes);
  }

  #open(from: DatagramPath): CnaptFlow | null {
    if (this.#gate?.admits(from.peer.host, this.service) === false) {
      this.#flows.drops.add("sourceNotAllowed");
      return null;
    }
    const flow = this.#flows.open({ kind: "service", name: this.service }, from.peer.key, {
      deliver: (payload) => from.socket.send(payload, from.peer),
      flowEnded: () => this.#byApplication.delete(from.key),
    });
    if (flow !== null) this.#byApplication.set(from.key, flow);
    return flow;
  }
}
