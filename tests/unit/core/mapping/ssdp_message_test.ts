import {
  encodeSsdpSearch,
  readSsdpAnswer,
  SSDP_TARGETS,
} from "../../../../lib/core/mapping/ssdp_message.ts";
import { assert, assertEquals } from "../../../assert.ts";

const read = (text: string) => readSsdpAnswer(new TextEncoder().encode(text));
const ANSWER = `HTTP/1.1 200 OK\r
CACHE-CONTROL: max-age=120\r
ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r
location:http://192.168.7.1:5000/rootDesc.xml\r
SERVER: Debian/12 UPnP/1.1 MiniUPnPd/2.3.1\r
\r
`;

Deno.test("a search says what is looked for", () => {
  const text = new TextDecoder().decode(
    encodeSsdpSearch("239.255.255.250:1900", SSDP_TARGETS[0]),
  );
  assert(text.startsWith("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"), text);
  assert(text.endsWith("ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"), text);
});

Deno.test("the answer of a router says where its description is, however its fields are written", () => {
  const description = "http://192.168.7.1:5000/rootDesc.xml";
  assertEquals(read(ANSWER), { description });
  assertEquals(read(ANSWER.replaceAll("\r\n", "\n")), { description });
});

Deno.test("the answer of another device, or something else, is none", () => {
  assertEquals(read(ANSWER.replace("InternetGatewayDevice", "MediaRenderer")), null);
  assertEquals(read(ANSWER.replace("200 OK", "404 Not Found")), null);
  assertEquals(read(ANSWER.replace(/location.*\r\n/, "")), null);
  assertEquals(read("NOTIFY * HTTP/1.1\r\n\r\n"), null);
  assertEquals(read(`${ANSWER}${"x".repeat(3_000)}`), null);
  assertEquals(read(""), null);
});
