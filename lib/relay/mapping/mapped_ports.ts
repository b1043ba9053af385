import type {
  GrantedPort,
  MappingAnswer,
  RefusedPort,
  SilentRouter,
} from "../../core/mapping/mapping_answer.ts";
import { LEAST_LIFETIME_S } from "../../core/mapping/mapping_keeper.ts";
import type { WantedPorts } from "../../core/mapping/mapping_way.ts";
import { outerAddressKind } from "../../core/mapping/outer_address.ts";
import type { GatewayClient, HeldPort } from "./gateway_client.ts";

/** What was granted, the TCP port first. */
export interface HeldPorts {
  readonly tcp: HeldPort;
  readonly udp: HeldPort | null;
  readonly client: GatewayClient;
}

/** `words`: why there is no UDP port although one is wanted. */
export type PortsAnswer =
  | RefusedPort
  | SilentRouter
  | { readonly kind: "granted"; readonly ports: HeldPorts; readonly words: string };

/**
 * Asks for the TCP port, and then for the UDP port under the number that the other one has outside,
 * since that is where CNAPT sends datagrams. What was had `before` is asked for again.
 */
export async function mapPorts(
  client: GatewayClient,
  { tcp: port, udp: udpPort }: WantedPorts,
  { before, signal }: { readonly before: HeldPorts | null; readonly signal: AbortSignal },
): Promise<PortsAnswer> {
  const answer = await mapOne(client, { transport: "tcp", port }, before?.tcp ?? null, signal);
  if (answer.kind !== "granted") return answer;
  const tcp = heldOf("tcp", port, answer);
  const { udp, words } = udpPort === null
    ? { udp: null, words: "" }
    : await mapDatagrams(client, udpPort, tcp, signal);
  if (udp === null && before !== null && before.udp !== null) {
    await client.unmap(before.udp, signal);
  }
  return { kind: "granted", ports: { tcp, udp, client }, words };
}

/** For how long both are granted, in seconds; null: until they are taken back. */
export function lifetimeOf({ tcp, udp }: Pick<HeldPorts, "tcp" | "udp">): number | null {
  const times = [tcp, udp].flatMap((one) => one?.granted.lifetimeS ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

async function mapDatagrams(
  client: GatewayClient,
  port: number,
  tcp: HeldPort,
  signal: AbortSignal,
): Promise<{ readonly udp: HeldPort | null; readonly words: string }> {
  const answer = await mapOne(client, { transport: "udp", port }, tcp, signal);
  if (answer.kind !== "granted") {
    return { udp: null, words: `no UDP port, so datagrams go by links: ${answer.words}` };
  }
  const udp = heldOf("udp", port, answer);
  if (answer.outer.port === tcp.granted.outer.port) return { udp, words: "" };
  await client.unmap(udp, signal);
  const words = `the router gives UDP another port than TCP (${answer.outer.port}), so datagrams ` +
    "go by links";
  return { udp: null, words };
}

/** One port; what is of no use counts as refused. */
async function mapOne(
  client: GatewayClient,
  port: Pick<HeldPort["wanted"], "transport" | "port">,
  like: HeldPort | null,
  signal: AbortSignal,
): Promise<MappingAnswer> {
  const outerPort = like?.granted.outer.port ?? port.port;
  const wanted = { ...port, outerPort, outerHost: like?.granted.outer.host ?? null };
  const answer = await client.map(wanted, signal);
  if (answer.kind !== "granted") return answer;
  const useless = uselessWords(answer);
  if (useless === null) return answer;
  await client.unmap({ wanted, granted: answer }, signal);
  return { kind: "refused", ...useless };
}

function heldOf(transport: "tcp" | "udp", port: number, granted: GrantedPort): HeldPort {
  const { outer } = granted;
  return { wanted: { transport, port, outerPort: outer.port, outerHost: outer.host }, granted };
}

/** Why a mapping that was granted is none; null: it is one. */
function uselessWords(
  { outer, lifetimeS }: GrantedPort,
): Pick<RefusedPort, "why" | "words"> | null {
  if (lifetimeS !== null && lifetimeS < LEAST_LIFETIME_S) {
    return { why: "failed", words: `gives the port for ${lifetimeS} s only, which is of no use` };
  }
  if (outerAddressKind(outer.host) !== "none") return null;
  const words = `says that its own address is ${outer.host}: it is not connected to the Internet`;
  return { why: "unconnected", words };
}
