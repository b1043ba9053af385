import { isNotAnnounced } from "../../../../lib/status/verdict/not_announced.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a service is missing only where SNAPT was heard and did not name it", () => {
  const ssh = { name: "ssh", port: 22, protocol: "tcp", compression: "none" } as const;
  const told = [
    isNotAnnounced({ state: "connected", services: [ssh] }, "ssh"),
    isNotAnnounced({ state: "connected", services: [ssh] }, "db"),
    isNotAnnounced({ state: "searching", services: [ssh] }, "db"),
    isNotAnnounced({ state: "connected", services: [] }, "db"),
    isNotAnnounced({ state: "dialing", services: [] }, "db"),
  ];
  assertEquals(told, [false, true, true, true, false]);
});
