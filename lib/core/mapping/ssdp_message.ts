/** The Simple Service Discovery Protocol of UPnP: how a router is looked for. */

export const SSDP_PORT = 1900;
/** Where every device of UPnP listens. */
export const SSDP_GROUP = "239.255.255.250";

/** What is looked for: a router of either version of UPnP. */
export const SSDP_TARGETS = [
  "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
  "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
] as const;

const MAX_ANSWER_BYTES = 2_048;

/** An answer says where the description of the device is; everything else is found there. */
export interface SsdpAnswer {
  readonly description: string;
}

/** `host`: whom it is sent to, as `address:port`. Whoever is asked answers within a second. */
export function encodeSsdpSearch(host: string, target: string): Uint8Array<ArrayBuffer> {
  const lines = [
    "M-SEARCH * HTTP/1.1",
    `HOST: ${host}`,
    'MAN: "ssdp:discover"',
    "MX: 1",
    `ST: ${target}`,
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** Reads the answer to a search; null: it is none, or not that of a router. */
export function readSsdpAnswer(bytes: Uint8Array): SsdpAnswer | null {
  if (bytes.length > MAX_ANSWER_BYTES) return null;
  const [first = "", ...lines] = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (!/^HTTP\/1\.[01] 200(?: |$)/i.test(first)) return null;
  const field = (name: string) => {
    const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`));
    return line === undefined ? "" : line.slice(name.length + 1).trim();
  };
  if (!/^urn:schemas-upnp-org:device:InternetGatewayDevice:\d+$/i.test(field("st"))) return null;
  const description = field("location");
  return description === "" ? null : { description };
}
