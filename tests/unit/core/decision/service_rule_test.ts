import {
  ALL_SERVICES,
  isAllowed,
  ruledName,
  type ServiceRule,
} from "../../../../lib/core/decision/service_rule.ts";
import { assertEquals } from "../../../assert.ts";

const ONLY: ServiceRule = { kind: "only", names: new Set(["ssh"]) };
const ALL_BUT: ServiceRule = { kind: "allBut", names: new Set(["backup"]) };

const rows: readonly (readonly [string, ServiceRule, string, boolean])[] = [
  ["all", ALL_SERVICES, "backup", true],
  ["only ssh", ONLY, "ssh", true],
  ["only ssh", ONLY, "backup", false],
  ["only ssh", ONLY, "destinations", false],
  ["all but backup", ALL_BUT, "backup", false],
  ["all but backup", ALL_BUT, "ssh", true],
  ["all but backup", ALL_BUT, "destinations", true],
];
for (const [name, rule, service, isExpected] of rows) {
  Deno.test(`a rule for ${name} ${isExpected ? "lets" : "does not let"} ${service} through`, () => {
    assertEquals(isAllowed(rule, service), isExpected);
  });
}

Deno.test("what is no service goes by one name", () => {
  assertEquals(ruledName({ kind: "destination", host: "192.0.2.1", port: 80 }), "destinations");
  assertEquals(ruledName({ kind: "service", name: "ssh" }), "ssh");
  assertEquals(ruledName({ kind: "call", call: 1, name: "pager" }), "pager");
});
