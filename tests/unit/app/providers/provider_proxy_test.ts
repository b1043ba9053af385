import { proxyOf, withEnvironmentProxy } from "../../../../lib/app/providers/provider_proxy.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { encodeTicket } from "../../../../lib/config/ticket.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "192.0.2.1", port: 7787 },
  site: "home",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
});

function configured(via: string) {
  const { providers } = parseCnaptConfig(
    `sites: { home: { ticket: ${TICKET} } }\nproviders: [{ interface: eth0, via: ${via} }]\n`,
    "cnapt.yaml",
  );
  return providers ?? [];
}

function proxyIn(via: string, environment: Readonly<Record<string, string>>) {
  const [entry] = withEnvironmentProxy(configured(via), (name) => environment[name]);
  return proxyOf(entry ?? null);
}

const OWN = { host: "own", port: 3_128, authorization: null };

Deno.test("a provider's own proxy holds whatever the environment says", () => {
  assertEquals(proxyIn("{ proxy: 'http://own:3128' }", { HTTPS_PROXY: "http://other:1" }), OWN);
  assertEquals(proxyOf(null), null);
});

Deno.test("the environment's proxy is used where it is asked for, and if there is one", () => {
  const wanted = "{ proxy: environment }";
  assertEquals(proxyIn(wanted, { HTTPS_PROXY: "http://own:3128" }), OWN);
  assertEquals(proxyIn(wanted, { https_proxy: "http://own:3128", HTTPS_PROXY: "no" }), OWN);
  assertEquals(proxyIn(wanted, { HTTPS_PROXY: "" }), null);
  assertEquals(proxyIn("{}", { HTTPS_PROXY: "http://other:1" }), null);
});

Deno.test("what the environment names that is no proxy is an error with the variable's name", () => {
  const wanted = "{ proxy: environment }";
  assertThrows(() => proxyIn(wanted, { HTTPS_PROXY: "socks5://a" }), UsageError, "HTTPS_PROXY");
});
