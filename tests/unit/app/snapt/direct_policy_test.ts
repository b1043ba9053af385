import { directPolicy } from "../../../../lib/app/snapt/direct_policy.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { assert, assertEquals } from "../../../assert.ts";

const CONFIG = parseSnaptConfig(
  `
services: { ssh: { to: 127.0.0.1:22 } }
clients:
  laptop: { direct: 7790 }
  phone: {}
balancers: [192.0.2.0/28]
`,
  "snapt.yaml",
);
const OWN = ["127.0.0.1", "198.51.100.7", "2001:db8::7"];

function refusal(name: string, host: string, port = 7_790): string | null {
  return directPolicy(CONFIG, name, () => OWN)(host, port);
}

Deno.test("a CNAPT is dialled where snapt.yaml names its port, and at no other", () => {
  assertEquals(refusal("laptop", "203.0.113.5"), null);
  assertEquals(refusal("laptop", "2001:db8::9"), null);
  assert(refusal("laptop", "203.0.113.5", 22)?.includes("port 7790 only"));
  for (const name of ["phone", "stranger"]) {
    assert(refusal(name, "203.0.113.5")?.includes("does not allow it"), name);
  }
});

Deno.test("SNAPT's own machine and load balancers are never dialled", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", ...OWN]) {
    assert(refusal("laptop", host)?.includes("own machine"), host);
  }
  assert(refusal("laptop", "::ffff:198.51.100.7")?.includes("own machine"));
  assert(refusal("laptop", "192.0.2.3")?.includes("balancer"));
  assertEquals(refusal("laptop", "192.0.2.16"), null);
});

Deno.test("nothing is dialled when the addresses of the machine cannot be listed", () => {
  const policy = directPolicy(CONFIG, "laptop", () => {
    throw new ConnFailed("exhausted", "Cannot list the addresses of this machine");
  });
  assertEquals(policy("203.0.113.5", 7_790), "Cannot list the addresses of this machine");
});
