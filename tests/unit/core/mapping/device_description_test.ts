import { placeOn, portServices } from "../../../../lib/core/mapping/device_description.ts";
import { assertEquals } from "../../../assert.ts";

const HOST = "192.168.7.1";
const URL_OF = `http://${HOST}:5000/root/desc.xml`;
const services = (text: string) => portServices(text, { host: HOST, url: URL_OF });

function service(type: string, control: string): string {
  return `<service><serviceType>${type}</serviceType><serviceId>x</serviceId>` +
    `<controlURL>${control}</controlURL><eventSubURL>/e</eventSubURL></service>`;
}
const IP1 = "urn:schemas-upnp-org:service:WANIPConnection:1";
const IP2 = "urn:schemas-upnp-org:service:WANIPConnection:2";
const PPP = "urn:schemas-upnp-org:service:WANPPPConnection:1";
const device = (inner: string) =>
  `<?xml version="1.0"?><root xmlns="urn:x"><device><serviceList>` +
  `${service("urn:schemas-upnp-org:service:Layer3Forwarding:1", "/l3")}</serviceList>` +
  `<deviceList><device><serviceList>${inner}</serviceList></device></deviceList></device></root>`;

Deno.test("the services that open ports are found, the newest of IP first", () => {
  const found = services(
    device(service(PPP, "/p") + service(IP1, "ctl?a=1&amp;b") + service(IP2, "/2")),
  );
  assertEquals(found, [
    { type: IP2, version: 2, control: { host: HOST, port: 5_000, path: "/2" } },
    { type: IP1, version: 1, control: { host: HOST, port: 5_000, path: "/root/ctl?a=1&b" } },
    { type: PPP, version: 1, control: { host: HOST, port: 5_000, path: "/p" } },
  ]);
});

Deno.test("tags may be in a name space, in other letters, with comments between", () => {
  const text = `<d:SERVICE a="b">\n <D:ServiceType > ${IP1}\n</d:serviceTYPE><!-- <service> -->
    <controlurl>http://${HOST}/c</controlurl ></d:Service>`;
  assertEquals(services(text).map(({ control }) => control), [{
    host: HOST,
    port: 80,
    path: "/c",
  }]);
});

Deno.test("a base that is written there counts where it leads to the same router", () => {
  const at = (base: string) => services(`<URLBase>${base}</URLBase>${device(service(IP1, "c"))}`);
  assertEquals(at(`http://${HOST}:49000/x/`)[0]?.control, {
    host: HOST,
    port: 49_000,
    path: "/x/c",
  });
  assertEquals(at("http://192.168.7.9:80/")[0]?.control, {
    host: HOST,
    port: 5_000,
    path: "/root/c",
  });
});

Deno.test("a service elsewhere, or of another kind, is none", () => {
  for (
    const control of [
      "http://192.168.7.9:5000/c",
      "https://192.168.7.1/c",
      "http://evil.example/c",
      "http://me@192.168.7.1/c",
      "//10.0.0.1/c",
      "file:///etc/passwd",
      "",
    ]
  ) assertEquals(services(device(service(IP1, control))), [], control);
  assertEquals(services(device(service(`${IP1}\r\nX: y`, "/c"))), []);
  assertEquals(services(device(service("urn:x:service:Other:1", "/c"))), []);
  assertEquals(services("<service>".repeat(30_000)), []);
  assertEquals(services(service(IP1, "/c").replace("</service>", "")), []);
});

Deno.test("only plain HTTP to the router itself is a place on it", () => {
  assertEquals(placeOn(HOST, URL_OF), { host: HOST, port: 5_000, path: "/root/desc.xml" });
  assertEquals(placeOn(HOST, "http://0xc0.0xa8.7.1/"), { host: HOST, port: 80, path: "/" });
  for (const url of ["", "ftp://192.168.7.1/", "http://192.168.7.10/", "http://192.168.7.1.x/"]) {
    assertEquals(placeOn(HOST, url), null, url);
  }
});
