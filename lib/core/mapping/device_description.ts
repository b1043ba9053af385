/** The description of a UPnP router: where the service is that opens ports. */
import { firstText, xmlParts } from "./xml_texts.ts";

/** A longer one is not read: those of routers have some thousand bytes. */
export const MAX_DESCRIPTION_BYTES = 256 * 1_024;
/** No router has so many connections to the Internet. */
const MAX_SERVICES = 8;

export interface HttpPlace {
  /** In numbers. */
  readonly host: string;
  readonly port: number;
  /** With its question mark. */
  readonly path: string;
}

export interface PortService {
  /** As it is to be said in each call. */
  readonly type: string;
  readonly version: number;
  readonly control: HttpPlace;
}

/** Which of several services is asked first. */
const KINDS = ["wanipconnection", "wanpppconnection"];
const SERVICE_TYPE = /^urn:[\w.-]+:service:(WANIPConnection|WANPPPConnection):(\d{1,2})$/i;

/**
 * Where `url` leads, as seen from `base`; null: not to `host` by plain HTTP. A router that answers
 * is the only one that is asked: a description elsewhere is that of somebody else.
 */
export function placeOn(host: string, url: string, base?: string): HttpPlace | null {
  if (!URL.canParse(url, base)) return null;
  const { protocol, hostname, port, pathname, search, username } = new URL(url, base);
  if (protocol !== "http:" || hostname !== host || username !== "") return null;
  return { host, port: port === "" ? 80 : Number(port), path: `${pathname}${search}` };
}

/**
 * The services of a description that open ports, the best one first; none where it has none. `url` is
 * where it was.
 */
export function portServices(
  text: string,
  { host, url: own }: { readonly host: string; readonly url: string },
): readonly PortService[] {
  const parts = xmlParts(text);
  // Of UPnP 1.0; one that leads elsewhere is no reason to go there.
  const written = firstText(parts, "urlbase");
  const base = written !== null && placeOn(host, written) !== null ? written : own;
  const found: PortService[] = [];
  let type = "";
  let url = "";
  for (const { kind, name, value } of parts) {
    if (name === "service" && kind === "begin") [type, url] = ["", ""];
    if (kind === "text" && name === "servicetype") type = value;
    if (kind === "text" && name === "controlurl") url = value;
    if (name !== "service" || kind !== "end" || found.length >= MAX_SERVICES) continue;
    const version = SERVICE_TYPE.exec(type)?.[2];
    const control = placeOn(host, url, base);
    if (version === undefined || control === null || url === "") continue;
    found.push({ type, version: Number(version), control });
  }
  const rank = (service: PortService) =>
    KINDS.findIndex((kind) => service.type.toLowerCase().includes(kind));
  return found.toSorted((one, other) => rank(one) - rank(other) || other.version - one.version);
}
