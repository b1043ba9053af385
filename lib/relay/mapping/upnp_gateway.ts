import {
  MAX_DESCRIPTION_BYTES,
  placeOn,
  type PortService,
  portServices,
} from "../../core/mapping/device_description.ts";
import {
  encodeSoapCall,
  MAX_SOAP_BYTES,
  readSoapAnswer,
  type SoapAnswer,
  soapHeaders,
} from "../../core/mapping/soap_message.ts";
import {
  encodeSsdpSearch,
  readSsdpAnswer,
  SSDP_GROUP,
  SSDP_PORT,
  SSDP_TARGETS,
} from "../../core/mapping/ssdp_message.ts";
import { askHttp } from "../../net/ask_http.ts";
import { openDatagramSocket } from "../../net/datagram_socket.ts";
import { endpointOf } from "../../net/endpoint.ts";
import { plainHost } from "../../net/socket_address.ts";
import type { Clock } from "../run/clock.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { pause } from "../run/pause.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { RouterPlace } from "./gateway_client.ts";

/** A search is sent so often, and each time answers are waited for so long, in ms. */
const SEARCHES_MS = [300, 700, 1_000];
/** A router answers one question within this time. */
const HTTP_LIMIT_MS = 3_000;
/** So many descriptions of one router are looked at. */
const MAX_DESCRIPTIONS = 4;

/** Who is asked where a router is, and when; tests ask a router of their own. */
export interface UpnpContext {
  readonly place: RouterPlace;
  readonly clock: Clock;
  /** Where a search is sent to. */
  readonly searched?: readonly { readonly host: string; readonly port: number }[];
}

/** The service of a router that opens ports, or what is wrong with it. */
export type FoundService =
  | { readonly kind: "found"; readonly services: readonly PortService[] }
  /** Nobody answers; or the router does, and it leads to nothing: in words that complete "it …". */
  | { readonly kind: "absent" | "useless"; readonly words: string };

/**
 * Looks for a UPnP router at the place of the default route. Whatever other devices of the network
 * say is passed over: any of them could pretend to be a router.
 *
 * @throws {ConnFailed} the address of this machine is gone
 */
export async function findUpnpService(
  context: UpnpContext,
  signal: AbortSignal,
): Promise<FoundService> {
  const { place, clock } = context;
  const urls = await searchDescriptions(context, signal);
  if (urls.length === 0) {
    return { kind: "absent", words: `nobody answers at ${place.router}` };
  }
  let words = "has no service that opens ports";
  for (const url of urls) {
    const where = placeOn(place.router, url);
    if (where === null) {
      words = "says that its description is elsewhere, at another machine";
      continue;
    }
    try {
      const { status, body } = await withinLimit(
        { clock, ms: HTTP_LIMIT_MS, signal },
        (signal) =>
          askHttp({
            ...where,
            ...{ method: "GET", headers: {}, body: "", maxBytes: MAX_DESCRIPTION_BYTES, signal },
          }),
      );
      const services = status === 200 ? portServices(body, { host: place.router, url }) : [];
      if (services.length > 0) return { kind: "found", services };
      if (status !== 200) words = `answers with status ${status} when asked for its description`;
    } catch (error) {
      passOnOurs(error);
      if (signal.aborted) break;
      words = `gives no description (${error instanceof Error ? error.message : String(error)})`;
    }
  }
  return { kind: "useless", words };
}

/** Where the router itself has said that it describes itself. */
async function searchDescriptions(
  {
    place,
    clock,
    searched = [
      { host: SSDP_GROUP, port: SSDP_PORT },
      // Some networks carry no multicast between their devices.
      { host: place.router, port: SSDP_PORT },
    ],
  }: UpnpContext,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = new Set<string>();
  const heard = new AbortController();
  const either = AbortSignal.any([signal, heard.signal]);
  const socket = openDatagramSocket({ host: place.own, port: 0, setting: "mapping" }, {
    received: (bytes, from) => {
      if (plainHost(from.host) !== place.router || found.size >= MAX_DESCRIPTIONS) return;
      const answer = readSsdpAnswer(bytes);
      if (answer === null) return;
      found.add(answer.description);
      // One that can be of use is enough.
      if (placeOn(place.router, answer.description) !== null) heard.abort();
    },
    notSent: () => {}, // as one that got lost
  });
  try {
    for (const waitMs of SEARCHES_MS) {
      if (either.aborted) break;
      for (const { host, port } of searched) {
        for (const target of SSDP_TARGETS) {
          socket.sendNow(encodeSsdpSearch(`${host}:${port}`, target), endpointOf(host, port));
        }
      }
      await pause(clock, waitMs, either);
    }
    return [...found];
  } finally {
    await socket.close();
  }
}

/**
 * Calls the service.
 *
 * @throws {ConnFailed} nobody answers there, or no HTTP
 */
export async function callService(
  { type, control }: PortService,
  call: {
    readonly action: string;
    readonly values: Readonly<Record<string, string | number>>;
  },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<SoapAnswer> {
  const { action, values } = call;
  const { status, body } = await withinLimit(
    { clock, ms: HTTP_LIMIT_MS, signal },
    (signal) =>
      askHttp({
        ...control,
        method: "POST",
        headers: soapHeaders(type, action),
        body: encodeSoapCall(type, action, values),
        maxBytes: MAX_SOAP_BYTES,
        signal,
      }),
  );
  return readSoapAnswer(status, body, action);
}
