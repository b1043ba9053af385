import { deviceRoute } from "../../../lib/net/device_route.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assertEquals } from "../../assert.ts";

const ignore = Deno.build.os !== "linux" || openLibc().kind !== "available";

Deno.test("the loopback device has routes to this machine and to no other", { ignore }, () => {
  assertEquals(deviceRoute("lo", "127.0.0.1", 4), "there");
  assertEquals(deviceRoute("lo", "192.0.2.1", 4), "none");
});

Deno.test("of a device that is not there nothing is known", { ignore }, () => {
  assertEquals(deviceRoute("no-such-device", "192.0.2.1", 4), "unknown");
});
