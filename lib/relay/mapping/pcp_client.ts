import type {
  MappingAnswer,
  RefusedPort,
  RouterLook,
  SilentRouter,
  WantedPort,
} from "../../core/mapping/mapping_answer.ts";
import {
  encodePcpAnnounce,
  encodePcpMap,
  type PcpAnswer,
  type PcpResult,
  readPcpAnswer,
} from "../../core/mapping/pcp_message.ts";
import {
  type GatewayClient,
  type HeldPort,
  LIFETIME_S,
  type RouterPlace,
} from "./gateway_client.ts";
import type { GatewaySocket } from "./gateway_socket.ts";

type MapAnswer = PcpAnswer & { readonly kind: "map" };

/** Names a mapping to the router: the same for the same port, so that a program which was killed gets
 * its mapping back. 12 bytes that nobody else can guess. */
export type NonceOf = (wanted: Pick<WantedPort, "transport" | "port">) => Uint8Array;

/** Asks a router by the Port Control Protocol (RFC 6887). */
export class PcpClient implements GatewayClient {
  readonly method = "pcp";
  readonly #place: RouterPlace;
  readonly #socket: GatewaySocket;
  readonly #nonceOf: NonceOf;

  constructor(place: RouterPlace, socket: GatewaySocket, nonceOf: NonceOf) {
    this.#place = place;
    this.#socket = socket;
    this.#nonceOf = nonceOf;
  }

  async map(wanted: WantedPort, signal: AbortSignal): Promise<MappingAnswer> {
    const answer = await this.#ask(wanted, LIFETIME_S, signal);
    if (answer === null) return silent(this.#place);
    if (answer.kind === "otherVersion") {
      return refused("otherVersion", "speaks another version of PCP, or NAT-PMP");
    }
    if (answer.result !== "success") return refusalOf(answer.result);
    const { outerHost, outerPort, lifetimeS, epochS } = answer;
    if (outerPort === 0) return refused("failed", "gives port 0, which is none");
    return { kind: "granted", outer: { host: outerHost, port: outerPort }, lifetimeS, epochS };
  }

  async look(_held: HeldPort, signal: AbortSignal): Promise<RouterLook> {
    const { own } = this.#place;
    const answer = await this.#socket.ask(encodePcpAnnounce(own), readPcpAnswer, signal);
    if (answer === null) return silent(this.#place);
    // A router that cannot be asked so says its clock all the same.
    return answer.kind === "otherVersion"
      ? { kind: "forgotten", words: "speaks another version of PCP now" }
      : { kind: "seen", epochS: answer.epochS, outerHost: null };
  }

  async unmap({ wanted }: HeldPort, signal: AbortSignal): Promise<void> {
    await this.#ask({ ...wanted, outerPort: 0, outerHost: null }, 0, signal);
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }

  /** The answer that belongs to the question: another nonce or port is that of another one. */
  async #ask(
    { transport, port, outerPort, outerHost }: WantedPort,
    lifetimeS: number,
    signal: AbortSignal,
  ): Promise<MapAnswer | (PcpAnswer & { readonly kind: "otherVersion" }) | null> {
    const nonce = this.#nonceOf({ transport, port });
    const clientHost = this.#place.own;
    const question = encodePcpMap({
      ...{ transport, clientHost, nonce, lifetimeS, outerPort, outerHost },
      innerPort: port,
    });
    return await this.#socket.ask(question, (bytes) => {
      const answer = readPcpAnswer(bytes);
      if (answer === null || answer.kind === "announce") return null;
      if (answer.kind === "otherVersion") return answer;
      const isOurs = answer.transport === transport && answer.innerPort === port &&
        answer.nonce.every((byte, index) => byte === nonce[index]);
      return isOurs ? answer : null;
    }, signal);
  }
}

/** What a router says of itself that has no public address, or none at all. */
export const UNCONNECTED = "says that it has no connection to the Internet, or no public address";

export function silent({ router }: Pick<RouterPlace, "router">): SilentRouter {
  return { kind: "silent", words: `nobody answers at ${router}` };
}

function refused(why: RefusedPort["why"], words: string): RefusedPort {
  return { kind: "refused", why, words };
}

function refusalOf(result: Exclude<PcpResult, "success">): RefusedPort {
  switch (result) {
    case "unsupportedVersion":
    case "unsupportedOpcode":
      return refused("otherVersion", "cannot do this by PCP");
    case "notAuthorized":
      return refused("forbidden", "does not allow it (or another machine has the port)");
    case "cannotProvideExternal":
      return refused("taken", "says that the port is taken");
    case "noResources":
    case "userExceededQuota":
    case "excessiveRemotePeers":
      return refused("full", "has no room for it, or no public address");
    case "addressMismatch":
      return refused("failed", "sees another address than this machine has: a NAT is between them");
    case "networkFailure":
      return refused("unconnected", UNCONNECTED);
    case "malformedRequest":
    case "unsupportedOption":
    case "malformedOption":
    case "unsupportedProtocol":
    case "unknown":
      return refused("failed", `does not do it (${result})`);
  }
}
