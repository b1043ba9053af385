import { ConfigInvalid } from "../../../lib/config/config_invalid.ts";
import { parseSnaptConfig } from "../../../lib/config/snapt_config.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

function statusOf(status: string) {
  const yaml = `status: ${status}\nservices: { ssh: { to: 127.0.0.1:22 } }\n`;
  return parseSnaptConfig(yaml, "snapt.yaml").status;
}

Deno.test("the page of SNAPT is on this machine, nowhere, or behind a proxy that ends TLS", () => {
  assertEquals(statusOf("127.0.0.1:9"), { host: "127.0.0.1", port: 9 });
  assertEquals(statusOf("off"), null);
  assertEquals(statusOf("{ listen: 10.0.0.5:9, origin: https://snapt.example.org }"), {
    host: "10.0.0.5",
    port: 9,
    origin: "https://snapt.example.org",
  });
  assertEquals(
    statusOf('{ listen: "0.0.0.0:9", origin: "https://Snapt.example.org:8443/" }')?.origin,
    "https://snapt.example.org:8443",
  );
});

Deno.test("an address that others reach is refused with what to write", () => {
  const error = assertThrows(() => statusOf("0.0.0.0:7788"), ConfigInvalid);
  assert(
    error.message.includes("status: { listen: 10.0.0.5:7788, origin: https://"),
    error.message,
  );
});

for (
  const [origin, part] of [
    ["http://snapt.example.org", "ends TLS"],
    ["https://snapt.example.org/page", "nothing behind the name"],
    ["https://a@snapt.example.org", "nothing behind the name"],
    ["snapt.example.org", "say https://"],
    ["null", "it is missing"],
  ] as const
) {
  Deno.test(`an origin ${origin} is none`, () => {
    const wrong = () => statusOf(`{ listen: 10.0.0.5:9, origin: ${origin} }`);
    assert(assertThrows(wrong, ConfigInvalid).message.includes(part));
  });
}
