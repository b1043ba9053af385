/** Calls of a UPnP router's service, and what it answers (UPnP Device Architecture, section 3). */
import { firstText, xmlEscaped, type XmlPart, xmlParts } from "./xml_texts.ts";

export const MAX_SOAP_BYTES = 32 * 1_024;

/** What error codes of the service WANIPConnection mean. */
export const UPNP_ERRORS = {
  invalidAction: 401,
  notAuthorized: 606,
  noSuchEntry: 714,
  conflict: 718,
  onlyPermanentLeases: 725,
  noPortsAvailable: 728,
  /** Another mechanism has the port. */
  otherConflict: 729,
} as const;

export type SoapAnswer =
  | { readonly kind: "done"; readonly value: (name: string) => string | null }
  /** `words`: what the router says of it, for people. */
  | { readonly kind: "fault"; readonly code: number; readonly words: string }
  | { readonly kind: "malformed" };

const ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
const MAX_WORDS = 80;

/** The body of a call; the arguments in the order that the service wants. */
export function encodeSoapCall(
  serviceType: string,
  action: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const fields = Object.entries(values)
    .map(([name, value]) => `<${name}>${xmlEscaped(String(value))}</${name}>`).join("");
  return `<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="${ENVELOPE}" ` +
    `s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:${action} ` +
    `xmlns:u="${xmlEscaped(serviceType)}">${fields}</u:${action}></s:Body></s:Envelope>\r\n`;
}

/** What goes with a call. */
export function soapHeaders(serviceType: string, action: string): Readonly<Record<string, string>> {
  const name = serviceType.replace(/[^\x21-\x7e]|"/g, "");
  return { "Content-Type": 'text/xml; charset="utf-8"', SOAPAction: `"${name}#${action}"` };
}

/** Reads the body of an answer with this status of HTTP. */
export function readSoapAnswer(status: number, body: string, action: string): SoapAnswer {
  const parts = xmlParts(body);
  const code = firstText(parts, "errorcode");
  if (code !== null && /^\d{1,5}$/.test(code)) {
    return { kind: "fault", code: Number(code), words: wordsOf(parts) };
  }
  const answer = `${action}response`.toLowerCase();
  if (status !== 200 || !parts.some(({ name }) => name === answer)) return { kind: "malformed" };
  return { kind: "done", value: (name) => firstText(parts, name.toLowerCase()) };
}

function wordsOf(parts: readonly XmlPart[]): string {
  return (firstText(parts, "errordescription") ?? "").replace(/[^\x20-\x7e]/g, " ")
    .slice(0, MAX_WORDS);
}
