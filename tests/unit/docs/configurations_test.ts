/** What docs/configurations.md says to copy is right, also where the lab that tries it cannot run. */
import { parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { parseSnaptConfig } from "../../../lib/config/snapt_config.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { ConfigurationPage } from "../../lab/configurations/configuration_page.ts";
import { LabFailure } from "../../lab/kit/lab_failure.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";

/** The six configurations of the patent, and how many files each takes. */
const SECTIONS = {
  "Basic": 2,
  "Multi-Site": 3,
  "Client PAN": 2,
  "Multi-Server LAN": 2,
  "Multi-Server Internet": 2,
  "Client PAN Multi-Server Internet": 2,
};

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "192.0.2.7", port: 7787 },
  site: "home",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
});

for (const [title, count] of Object.entries(SECTIONS)) {
  Deno.test(`the files of the configuration "${title}" are read`, async () => {
    const { files } = await ConfigurationPage.read(title);
    assertEquals(files.size, count, [...files.keys()].join("; "));
    for (const [name, file] of files) {
      const text = file.replaceAll(/TICKET(-[A-Z]+)*/g, TICKET);
      if (name.startsWith("cnapt.yaml")) parseCnaptConfig(text, name);
      else parseSnaptConfig(text, name);
    }
  });
}

Deno.test("a file, a section or a placeholder that is not on the page is told", async () => {
  await assertRejects(() => ConfigurationPage.read("Nothing"), LabFailure);
  const page = await ConfigurationPage.read("Basic");
  assertThrows(() => page.file("snapt.yaml, on the moon"), LabFailure);
  assertThrows(() => page.file("snapt.yaml, on the server", { NOTHING: "" }), LabFailure);
  assert(page.file("cnapt.yaml, on the laptop", { TICKET: "x" }).includes("ticket: x"));
});
