import { parseHttpProxy, parseProxyChoice } from "../../../lib/config/http_proxy.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

Deno.test("a proxy is read with its port and who asks", () => {
  assertEquals(parseHttpProxy("http://proxy.example:3128"), {
    host: "proxy.example",
    port: 3_128,
    authorization: null,
  });
  assertEquals(parseHttpProxy("http://me:p%40ss@[2001:db8::7]/"), {
    host: "2001:db8::7",
    port: 80,
    authorization: `Basic ${btoa("me:p@ss")}`,
  });
  assertEquals(parseProxyChoice("environment"), "environment");
});

Deno.test("what is no HTTP proxy is said to be none, without its password", () => {
  for (
    const text of [
      "https://u:secret@a:1",
      "socks5://u:secret@a",
      "http://u:secret@a/x",
      "u:secret@a:b",
    ]
  ) {
    const { message } = assertThrows(() => parseHttpProxy(text), TypeError, "write http://");
    assert(!message.includes("secret"), message);
  }
  assertThrows(() => parseProxyChoice(3128), TypeError, "or environment");
});
