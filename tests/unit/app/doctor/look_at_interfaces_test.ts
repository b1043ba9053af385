import { lookAtInterfaces } from "../../../../lib/app/doctor/look_at_interfaces.ts";
import { parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { listInterfaces } from "../../../../lib/net/interfaces.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacks } from "../../../system_needs.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const EVERYTHING = new URL("../../../config/valid/cnapt-everything.yaml", import.meta.url);

Deno.test("the doctor says of each interface of this machine what CNAPT makes of it", {
  ignore: lacks("unixSockets", "the interfaces for cnapt-everything.yaml"),
}, async () => {
  const config = parseCnaptConfig(await Deno.readTextFile(EVERYTHING), "cnapt.yaml");
  const findings = await lookAtInterfaces({ ...config, providers: [] });
  for (const { name } of listInterfaces()) {
    const about = findings.filter((finding) => finding.about === `interface ${name}`);
    assert(about.length > 0, name);
  }
  const loopback = listInterfaces().find(({ kind }) => kind === "loopback");
  if (loopback === undefined) return;
  const finding = findings.find(({ about }) => about === `interface ${loopback.name}`);
  assertEquals(finding?.level, "ok");
  assert(finding?.text.includes("it leads to this machine only"), finding?.text);
});
