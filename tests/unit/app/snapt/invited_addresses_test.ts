import { findInvitedAddresses } from "../../../../lib/app/snapt/invited_addresses.ts";
import { CommandFailed } from "../../../../lib/app/program/usage_error.ts";
import { formatHostPort } from "../../../../lib/config/host_port.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import type { OwnAddress } from "../../../../lib/net/own_address.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";

const SSH = "services: { ssh: { to: 127.0.0.1:22 } }\n";
const PRIVATE: OwnAddress = { host: "192.168.1.5", kind: "private", nearby: null };

/** What is invited to with this configuration on a machine of this address. */
async function invited(yaml: string, own: OwnAddress | null) {
  const asked: (readonly (4 | 6)[])[] = [];
  const { addresses, words } = await findInvitedAddresses(
    parseSnaptConfig(yaml, "snapt.yaml"),
    (families) => {
      asked.push(families);
      return Promise.resolve(own);
    },
  );
  return { all: addresses.map(formatHostPort), words, asked };
}

Deno.test("with a private address it is said what the router has to do", async () => {
  const { all, words } = await invited(SSH, PRIVATE);
  assertEquals(all, ["192.168.1.5:7787"]);
  assert(words.includes("the same network only"), words);
  assert(words.includes("the router has to forward TCP port 7787 to it"), words);
  const udp = "services: { dns: { to: 127.0.0.1:53, protocol: udp } }\n";
  assert((await invited(udp, PRIVATE)).words.includes("forward TCP and UDP port 7787"));
});

Deno.test("with a public address or name only firewalls are spoken of", async () => {
  for (const kind of ["public", "name"] as const) {
    const { all, words } = await invited(SSH, { host: "home.example", kind, nearby: null });
    assertEquals(all, ["home.example:7787"]);
    assert(words.includes("let TCP port 7787 in") && !words.includes("router"), words);
  }
});

Deno.test("where only IPv6 is public, CNAPT is told the private IPv4 address too", async () => {
  const own: OwnAddress = { host: "2a01:4f8::7", kind: "public", nearby: "192.168.1.5" };
  const { all, words } = await invited(SSH, own);
  assertEquals(all, ["[2a01:4f8::7]:7787", "192.168.1.5:7787"]);
  assert(words.includes("firewalls have to let TCP port 7787 in"), words);
});

Deno.test("an address that the configuration has is told as it is, and so are further ports", async () => {
  const two = await invited(
    `listen: ["[::]:7787", "0.0.0.0:443", "192.0.2.9:80"]\n${SSH}`,
    PRIVATE,
  );
  assertEquals(two.all, ["192.168.1.5:7787", "192.168.1.5:443", "192.0.2.9:80"]);
  assertEquals(two.asked, [[4, 6]]);
  assertEquals((await invited(`listen: 0.0.0.0:1\n${SSH}`, PRIVATE)).asked, [[4]]);
  const own = await invited(`listen: 127.0.0.1:1\n${SSH}`, PRIVATE);
  assertEquals(own, { all: ["127.0.0.1:1"], words: "", asked: [] });
  const named = await invited(`listen: 10.0.0.9:1\n${SSH}`, PRIVATE);
  assert(named.words.includes("10.0.0.9:1, which is reached from the same network only"));
});

Deno.test("without a port or an address to tell the command fails, and says which option helps", async () => {
  for (const [listen, own] of [["127.0.0.1:0", PRIVATE], ["[::]:1", null]] as const) {
    const yaml = `listen: "${listen}"\n${SSH}`;
    await assertRejects(() => invited(yaml, own), CommandFailed, "--address HOST:PORT");
  }
});
