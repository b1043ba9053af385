/** What routers, and whoever pretends to be one, may say. */
import { portServices } from "../../lib/core/mapping/device_description.ts";
import { readHttpAnswer } from "../../lib/core/mapping/http_answer.ts";
import { readNatPmpAnswer } from "../../lib/core/mapping/nat_pmp_message.ts";
import { encodePcpMap, readPcpAnswer } from "../../lib/core/mapping/pcp_message.ts";
import { readSoapAnswer } from "../../lib/core/mapping/soap_message.ts";
import { readSsdpAnswer } from "../../lib/core/mapping/ssdp_message.ts";
import { readRouterAnswer } from "../../lib/net/default_router.ts";
import { assert } from "../assert.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";

const HOST = "192.168.7.1";
const encode = (text: string) => new TextEncoder().encode(text);
const SERVICE = "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1" +
  "</serviceType><controlURL>/ctl?a&amp;b</controlURL></service>";
const SEARCHED = "HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n" +
  `LOCATION: http://${HOST}:5000/d.xml\r\n\r\n`;

const PCP = () => {
  const nonce = new Uint8Array(12);
  const port = { innerPort: 1, outerPort: 2, outerHost: null, lifetimeS: 3 };
  const bytes = encodePcpMap({ transport: "tcp", clientHost: "10.0.0.1", nonce, ...port });
  bytes[1] = 0x81;
  return bytes;
};
const MESSAGES = [
  PCP,
  () => Uint8Array.of(0, 0x82, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4, 0, 0, 1, 0),
  () => Uint8Array.of(0, 0x80, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4),
  () => encode(SEARCHED),
];
const TEXTS = [
  `<root><URLBase>http://${HOST}/</URLBase><device>${SERVICE}<!-- x -->${SERVICE}</device></root>`,
  "<s:Envelope><s:Body><u:GoResponse><A>1</A><B/></u:GoResponse></s:Body></s:Envelope>",
  "<Fault><errorCode>718</errorCode><errorDescription>no</errorDescription></Fault>",
];

function changed(random: RandomBytes, bytes: Uint8Array): Uint8Array {
  const all = Uint8Array.of(...bytes, ...random.bytes(random.below(9)));
  for (let i = random.below(6); i > 0; i--) all[random.below(all.length - 1)] = random.below(255);
  return all.subarray(0, random.below(1) === 0 ? all.length : random.below(all.length));
}

fuzzTest("datagrams of routers of changed bytes are read, or are none", (random) => {
  for (let round = 0; round < 20_000; round++) {
    const make = MESSAGES[random.below(MESSAGES.length - 1)] ?? PCP;
    const bytes = round % 5 === 0 ? random.bytes(random.below(80)) : changed(random, make());
    readPcpAnswer(bytes);
    readNatPmpAnswer(bytes);
    readSsdpAnswer(bytes);
    const padded = new Uint8Array(Math.max(32, bytes.length));
    padded.set(bytes);
    padded.set([24, 0], 4);
    readRouterAnswer(new DataView(padded.buffer), round % 2 === 0 ? 4 : 6);
  }
});

fuzzTest(
  "descriptions and answers of changed text lead to the router itself or nowhere",
  (random) => {
    for (let round = 0; round < 5_000; round++) {
      const bytes = changed(random, encode(TEXTS[random.below(TEXTS.length - 1)] ?? ""));
      const text = new TextDecoder().decode(bytes);
      const found = portServices(text, { host: HOST, url: `http://${HOST}:5000/d.xml` });
      assert(found.every(({ control }) => control.host === HOST));
      readSoapAnswer(random.below(1) === 0 ? 200 : 500, text, "Go");
      const head = encode("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n");
      readHttpAnswer(changed(random, Uint8Array.of(...head, ...bytes)), random.below(1) === 0);
    }
  },
);

fuzzTest("a description is read in a time that grows as its length", (random) => {
  const pieces = ["<", "<!--", "-->", "<a", " ", "a.", ">", "</", "/>", "&amp;", "<service>", ":"];
  for (let round = 0; round < 40; round++) {
    const piece = pieces[random.below(pieces.length - 1)] ?? "";
    const other = pieces[random.below(pieces.length - 1)] ?? "";
    const text = `${piece}${other}`.repeat(Math.floor(250_000 / (piece.length + other.length)));
    portServices(text, { host: HOST, url: `http://${HOST}/` });
  }
});
