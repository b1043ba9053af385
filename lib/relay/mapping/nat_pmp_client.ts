import type {
  MappingAnswer,
  RefusedPort,
  RouterLook,
  WantedPort,
} from "../../core/mapping/mapping_answer.ts";
import {
  encodeNatPmpAddress,
  encodeNatPmpMap,
  type NatPmpAnswer,
  type NatPmpResult,
  readNatPmpAnswer,
} from "../../core/mapping/nat_pmp_message.ts";
import {
  type GatewayClient,
  type HeldPort,
  LIFETIME_S,
  type RouterPlace,
} from "./gateway_client.ts";
import type { GatewaySocket } from "./gateway_socket.ts";
import { silent, UNCONNECTED } from "./pcp_client.ts";

type About = "address" | WantedPort["transport"];

/** Asks a router by the NAT Port Mapping Protocol (RFC 6886), which knows IPv4 only. */
export class NatPmpClient implements GatewayClient {
  readonly method = "nat-pmp";
  readonly #place: RouterPlace;
  readonly #socket: GatewaySocket;

  constructor(place: RouterPlace, socket: GatewaySocket) {
    this.#place = place;
    this.#socket = socket;
  }

  async map(wanted: WantedPort, signal: AbortSignal): Promise<MappingAnswer> {
    const address = await this.#ask(encodeNatPmpAddress(), "address", signal);
    if (address === null) return silent(this.#place);
    if (address.kind === "refused") return refusalOf(address.result);
    if (address.kind !== "address") return silent(this.#place);
    const { transport, port: innerPort, outerPort } = wanted;
    const question = encodeNatPmpMap({ transport, innerPort, outerPort, lifetimeS: LIFETIME_S });
    const answer = await this.#ask(question, transport, signal, innerPort);
    if (answer === null || answer.kind === "address") return silent(this.#place);
    if (answer.kind === "refused") return refusalOf(answer.result);
    if (answer.outerPort === 0) return refused("failed", "gives port 0, which is none");
    const { lifetimeS, epochS } = answer;
    const outer = { host: address.outerHost, port: answer.outerPort };
    return { kind: "granted", outer, lifetimeS, epochS };
  }

  async look(_held: HeldPort, signal: AbortSignal): Promise<RouterLook> {
    const answer = await this.#ask(encodeNatPmpAddress(), "address", signal);
    if (answer?.kind === "refused") {
      return { kind: "silent", words: `the router ${refusalOf(answer.result).words}` };
    }
    if (answer?.kind !== "address") return silent(this.#place);
    return { kind: "seen", epochS: answer.epochS, outerHost: answer.outerHost };
  }

  async unmap({ wanted }: HeldPort, signal: AbortSignal): Promise<void> {
    const { transport, port: innerPort } = wanted;
    const question = encodeNatPmpMap({ transport, innerPort, outerPort: 0, lifetimeS: 0 });
    await this.#ask(question, transport, signal, innerPort);
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }

  /** The answer that belongs to the question; there is no nonce, so the ports have to fit. */
  async #ask(
    question: Uint8Array,
    about: About,
    signal: AbortSignal,
    innerPort = 0,
  ): Promise<NatPmpAnswer | null> {
    return await this.#socket.ask(question, (bytes) => {
      const answer = readNatPmpAnswer(bytes);
      if (answer === null) return null;
      switch (answer.kind) {
        case "address":
          return about === "address" ? answer : null;
        case "map":
          return answer.transport === about && answer.innerPort === innerPort ? answer : null;
        case "refused":
          return answer.about === about || answer.about === null ? answer : null;
      }
    }, signal);
  }
}

function refused(why: RefusedPort["why"], words: string): RefusedPort {
  return { kind: "refused", why, words };
}

function refusalOf(result: Exclude<NatPmpResult, "success">): RefusedPort {
  switch (result) {
    case "unsupportedVersion":
    case "unsupportedOpcode":
      return refused("otherVersion", "does not speak NAT-PMP");
    case "notAuthorized":
      return refused("forbidden", "does not allow it");
    case "networkFailure":
      return refused("unconnected", UNCONNECTED);
    case "noResources":
      return refused("full", "has no more room for mappings, or the port is taken");
    case "unknown":
      return refused("failed", "does not do it");
  }
}
