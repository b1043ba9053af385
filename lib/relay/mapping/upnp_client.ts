import type { PortService } from "../../core/mapping/device_description.ts";
import type {
  MappingAnswer,
  RefusedPort,
  RouterLook,
  SilentRouter,
  WantedPort,
} from "../../core/mapping/mapping_answer.ts";
import { outerAddressKind } from "../../core/mapping/outer_address.ts";
import { type SoapAnswer, UPNP_ERRORS } from "../../core/mapping/soap_message.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { UNCONNECTED } from "./pcp_client.ts";
import { type GatewayClient, type HeldPort, LIFETIME_S } from "./gateway_client.ts";
import { callService, findUpnpService, type UpnpContext } from "./upnp_gateway.ts";

const DESCRIPTION = "snapt";
/** So many outer ports are tried where others have them. */
const PORT_TRIES = 4;
const MAX_PORT = 65_535;
/** No code of UPnP: what was said is no answer. */
const NO_ANSWER = 0;

/** An outer port as the router knows it: free, ours, that of another machine, or it does not tell. */
type Entry =
  | { readonly kind: "free" | "other" | "unknown" }
  | { readonly kind: "ours"; readonly leaseS: number | null };

/** Asks a router by UPnP's Internet Gateway Device, versions 1 and 2, for IPv4. */
export class UpnpClient implements GatewayClient {
  readonly method = "upnp";
  readonly #context: UpnpContext;
  #service: PortService | null = null;

  constructor(context: UpnpContext) {
    this.#context = context;
  }

  async map(wanted: WantedPort, signal: AbortSignal): Promise<MappingAnswer> {
    return await this.#orSearched(() => this.#map(wanted, signal), signal);
  }

  async look(held: HeldPort, signal: AbortSignal): Promise<RouterLook> {
    return await this.#orSearched(() => this.#look(held, signal), signal);
  }

  async unmap({ wanted, granted }: HeldPort, signal: AbortSignal): Promise<void> {
    try {
      if (this.#service === null) return;
      await this.#call("DeletePortMapping", keyOf(wanted, granted.outer.port), signal);
    } catch (error) {
      passOnOurs(error); // its time runs out
    }
  }

  close(): Promise<void> {
    return Promise.resolve(); // nothing is kept open between two questions
  }

  /** After a restart the service is perhaps at another port: it is searched once more. */
  async #orSearched<T>(
    ask: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | SilentRouter> {
    const wasKnown = this.#service !== null;
    try {
      return await ask();
    } catch (error) {
      passOnOurs(error);
      this.#service = null;
      if (wasKnown && !signal.aborted) return await this.#orSearched(ask, signal);
      return { kind: "silent", words: error instanceof Error ? error.message : String(error) };
    }
  }

  async #look({ wanted, granted }: HeldPort, signal: AbortSignal): Promise<RouterLook> {
    const found = await this.#find(signal);
    if (found.kind === "silent") return found;
    if (found.kind === "refused") return { kind: "silent", words: `the router ${found.words}` };
    const entry = await this.#entry(wanted, granted.outer.port, signal);
    if (entry.kind === "free") return { kind: "forgotten", words: "the router has restarted" };
    if (entry.kind === "other") {
      return { kind: "forgotten", words: "the router leads the port to another machine" };
    }
    return { kind: "seen", epochS: null, outerHost: await this.#outerHost(signal) };
  }

  async #map(wanted: WantedPort, signal: AbortSignal): Promise<MappingAnswer> {
    const found = await this.#find(signal);
    if (found.kind !== "found") return found;
    const host = await this.#outerHost(signal);
    if (host === null || host === "") return refused("unconnected", UNCONNECTED);
    if (outerAddressKind(host) === "none") {
      return refused("unconnected", `says that its own address is ${host}: it is not connected`);
    }
    let last: RefusedPort = refused("taken", "says that the port is taken");
    for (let tried = 0; tried < PORT_TRIES; tried++) {
      const port = wanted.outerPort + tried;
      if (port > MAX_PORT || signal.aborted) break;
      // A router may take a port from another machine when it is asked for it.
      if ((await this.#entry(wanted, port, signal)).kind === "other") continue;
      const answer = await this.#add(wanted, port, signal);
      if (answer.kind === "fault") {
        last = refusalOf(answer);
        if (last.why === "taken") continue;
        return last;
      }
      const entry = await this.#entry(wanted, port, signal);
      if (entry.kind === "free" || entry.kind === "other") {
        return refused("failed", "says yes, and knows nothing of the mapping afterwards");
      }
      const lifetimeS = entry.kind === "ours" ? entry.leaseS : answer.leaseS;
      return { kind: "granted", outer: { host, port }, lifetimeS, epochS: null };
    }
    return last;
  }

  /** Adds a mapping; where the router has none that end, one that does not. */
  async #add(
    wanted: WantedPort,
    port: number,
    signal: AbortSignal,
  ): Promise<
    { readonly kind: "added"; readonly leaseS: number | null } | SoapAnswer & { kind: "fault" }
  > {
    for (const leaseS of [LIFETIME_S, null]) {
      const answer = await this.#call("AddPortMapping", {
        ...keyOf(wanted, port),
        NewInternalPort: wanted.port,
        NewInternalClient: this.#context.place.own,
        NewEnabled: 1,
        NewPortMappingDescription: DESCRIPTION,
        NewLeaseDuration: leaseS ?? 0,
      }, signal);
      if (answer.kind === "done") return { kind: "added", leaseS };
      if (answer.code !== UPNP_ERRORS.onlyPermanentLeases || leaseS === null) return answer;
    }
    return NOTHING_SAID;
  }

  async #entry(wanted: WantedPort, port: number, signal: AbortSignal): Promise<Entry> {
    const answer = await this.#call("GetSpecificPortMappingEntry", keyOf(wanted, port), signal);
    if (answer.kind === "fault") {
      return { kind: answer.code === UPNP_ERRORS.noSuchEntry ? "free" : "unknown" };
    }
    const client = answer.value("NewInternalClient");
    const inner = answer.value("NewInternalPort");
    if (client === null || inner === null) return { kind: "unknown" };
    if (client !== this.#context.place.own || Number(inner) !== wanted.port) {
      return { kind: "other" };
    }
    const lease = answer.value("NewLeaseDuration") ?? "";
    return { kind: "ours", leaseS: /^[1-9]\d{0,8}$/.test(lease) ? Number(lease) : null };
  }

  async #outerHost(signal: AbortSignal): Promise<string | null> {
    const answer = await this.#call("GetExternalIPAddress", {}, signal);
    return answer.kind === "done" ? answer.value("NewExternalIPAddress") : null;
  }

  async #find(
    signal: AbortSignal,
  ): Promise<{ readonly kind: "found" } | SilentRouter | RefusedPort> {
    if (this.#service !== null) return { kind: "found" };
    const found = await findUpnpService(this.#context, signal);
    if (found.kind !== "found") {
      const { words } = found;
      return found.kind === "absent" ? { kind: "silent", words } : refused("failed", words);
    }
    for (const service of found.services) {
      this.#service = service;
      // A router has a service for each way to the Internet that it could have.
      const host = await this.#outerHost(signal);
      if (host !== null && outerAddressKind(host) !== "none") return { kind: "found" };
    }
    this.#service = found.services[0] ?? null;
    return { kind: "found" };
  }

  async #call(
    action: string,
    values: Readonly<Record<string, string | number>>,
    signal: AbortSignal,
  ): Promise<SoapAnswer & { kind: "done" | "fault" }> {
    const service = this.#service;
    if (service === null) return NOTHING_SAID;
    const { clock } = this.#context;
    const answer = await callService(service, { action, values }, { clock, signal });
    return answer.kind === "malformed" ? NOTHING_SAID : answer;
  }
}

const NOTHING_SAID = { kind: "fault", code: NO_ANSWER, words: "" } as const;

/** What names a mapping in every call. */
function keyOf({ transport }: WantedPort, port: number): Readonly<Record<string, string | number>> {
  return {
    NewRemoteHost: "",
    NewExternalPort: port,
    NewProtocol: transport.toUpperCase(),
  };
}

function refused(why: RefusedPort["why"], words: string): RefusedPort {
  return { kind: "refused", why, words };
}

function refusalOf({ code, words }: SoapAnswer & { kind: "fault" }): RefusedPort {
  switch (code) {
    case UPNP_ERRORS.conflict:
    case UPNP_ERRORS.otherConflict:
      return refused("taken", "says that the port is taken");
    case UPNP_ERRORS.noPortsAvailable:
      return refused("full", "has no more room for mappings");
    case UPNP_ERRORS.notAuthorized:
      return refused("forbidden", "does not allow it");
    case NO_ANSWER:
      return refused("failed", "says nothing that could be understood");
    default:
      return refused("failed", `does not do it (${code}${words === "" ? "" : `, ${words}`})`);
  }
}
