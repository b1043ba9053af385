/** The schemas for editors refuse nothing that a reader takes, and what is wrong in its structure. */
import { configText } from "../../../../lib/config/config_text.ts";
import { ConfigInvalid } from "../../../../lib/config/config_invalid.ts";
import { parseYaml } from "../../../../lib/config/yaml.ts";
import { assert, assertEquals } from "../../../assert.ts";
import {
  ALL_SETTINGS,
  CNAPT_SETTINGS,
  RELAY_SETTINGS,
  type Settings,
  settingsOf,
  SNAPT_SETTINGS,
  TICKET,
} from "./kit/settings_readers.ts";

const ROOT = new URL("../../../../", import.meta.url);

function textsIn(folder: "valid" | "invalid"): ReadonlyMap<string, string> {
  const at = new URL(`tests/config/${folder}/`, ROOT);
  const names = [...Deno.readDirSync(at)].map(({ name }) => name).filter((name) =>
    name.endsWith(".yaml")
  );
  return new Map(
    names.sort().flatMap((name) => {
      try {
        return [[name, configText(Deno.readFileSync(new URL(name, at)), name)]];
      } catch (error) {
        if (!(error instanceof ConfigInvalid)) throw error;
        return []; // not in UTF-8
      }
    }),
  );
}

for (const [name, text] of textsIn("valid")) {
  Deno.test(`the schema has nothing against ${name}`, () => {
    assertEquals(settingsOf(name).saidBySchema(text), "");
  });
}

/** The blocks of YAML in the pages, with a ticket where one is to be. */
async function documentedBlocks(): Promise<readonly string[]> {
  const pages = [...Deno.readDirSync(new URL("docs", ROOT))].map(({ name }) => `docs/${name}`)
    .filter((name) => name.endsWith(".md"));
  const texts = await Promise.all(
    ["README.md", ...pages].map((page) => Deno.readTextFile(new URL(page, ROOT))),
  );
  return texts.flatMap((text) =>
    [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = ""]) =>
      block.replaceAll(/(?<=ticket: )(TICKET[-A-Z]*|cnapt1\.[\w…]+)/g, TICKET)
    )
  );
}

Deno.test("the schema has nothing against what the pages tell people to write", async () => {
  let count = 0;
  for (const block of await documentedBlocks()) {
    const settings = ALL_SETTINGS.filter((one) => one.saidByReader(block) === "");
    count += settings.length;
    for (const one of settings) assertEquals(one.saidBySchema(block), "", block);
  }
  assert(count >= 15, `only ${count} whole configurations are in the pages`);
});

/** What is wrong in these only shows between settings, or in what stands in a text. */
const BEYOND_A_SCHEMA: ReadonlySet<string> = new Set([
  "cnapt-bad-proxies.yaml",
  "cnapt-bad-server-name.yaml",
  "cnapt-direct-without-port.yaml",
  "cnapt-duplicate-listeners.yaml",
  "cnapt-no-site.yaml",
  "cnapt-open-to-others.yaml",
  "cnapt-status-for-others.yaml",
  "cnapt-ticket-cut.yaml",
  "snapt-client-services-without-addresses.yaml",
  "snapt-listen-is-status.yaml",
  "snapt-listen-twice.yaml",
  "snapt-mapping-without-tls.yaml",
  "snapt-metrics-is-status.yaml",
  "snapt-metrics-without-port.yaml",
  "snapt-no-service.yaml",
  "snapt-sizes-that-do-not-fit.yaml",
  "snapt-status-for-others.yaml",
  "snapt-status-under-listen.yaml",
  "snapt-through-without-tls.yaml",
]);

for (const [name, text] of textsIn("invalid")) {
  const isYaml = (() => {
    try {
      parseYaml(text, name);
      return true;
    } catch (error) {
      if (!(error instanceof ConfigInvalid)) throw error;
      return false;
    }
  })();
  if (!isYaml) continue;
  const isBeyond = BEYOND_A_SCHEMA.has(name);
  Deno.test(`the schema ${isBeyond ? "cannot say what is wrong in" : "refuses"} ${name}`, () => {
    const said = settingsOf(name).saidBySchema(text);
    assertEquals(said === "", isBeyond, said);
  });
}

/** Each of these is refused by the reader, and has to be by the schema. */
const WRONG: readonly (readonly [Settings, string])[] = [
  [SNAPT_SETTINGS, "{}"],
  [SNAPT_SETTINGS, "servces: { ssh: { to: 127.0.0.1:22 } }"],
  [SNAPT_SETTINGS, "services: [ssh]"],
  [SNAPT_SETTINGS, "services: { ssh: {} }"],
  [SNAPT_SETTINGS, "services: { ssh: 127.0.0.1:22 }"],
  [SNAPT_SETTINGS, "services: { ssh: { to: 127.0.0.1:22, port: ssh } }"],
  [SNAPT_SETTINGS, "services: { ssh: { to: 127.0.0.1:22, port: 70000 } }"],
  [SNAPT_SETTINGS, "services: { ssh: { to: 127.0.0.1:22, compress: gzip } }"],
  [SNAPT_SETTINGS, "services: { 'a b': { to: 127.0.0.1:22 } }"],
  [SNAPT_SETTINGS, "{ services: { a: { to: 'x:1' } }, security: ssl }"],
  [SNAPT_SETTINGS, "{ services: { a: { to: 'x:1' } }, listen: [] }"],
  [SNAPT_SETTINGS, "{ services: { a: { to: 'x:1' } }, timeouts: { switch: 30 } }"],
  [SNAPT_SETTINGS, "{ services: { a: { to: 'x:1' } }, limits: { ring: 4 MB/s } }"],
  [SNAPT_SETTINGS, "{ services: { a: { to: 'x:1' } }, through: { relay: } }"],
  [SNAPT_SETTINGS, "{ services: { a: { to: 'x:1' } }, log: { form: xml } }"],
  [CNAPT_SETTINGS, "sites: { home: }"],
  [CNAPT_SETTINGS, "sites: { home: { ticket: hello } }"],
  [CNAPT_SETTINGS, `{ sites: { home: { ticket: ${TICKET} } }, providers: [null] }`],
  [CNAPT_SETTINGS, `{ sites: { home: { ticket: ${TICKET} } }, providers: { eth0: {} } }`],
  [CNAPT_SETTINGS, `{ sites: { home: { ticket: ${TICKET} } }, decision: { mode: auto } }`],
  [
    CNAPT_SETTINGS,
    `{ sites: { home: { ticket: ${TICKET} } }, decision: { weights: { cost: 101 } } }`,
  ],
  [RELAY_SETTINGS, "udp: true"],
  [RELAY_SETTINGS, "limits: { parked: 0.5 }"],
  [RELAY_SETTINGS, "services: {}"],
];

for (const [settings, text] of WRONG) {
  Deno.test(`reader and schema of ${settings.file.name} refuse ${text.replace(TICKET, "…")}`, () => {
    assert(settings.saidByReader(text) !== "", "the reader takes it");
    assert(settings.saidBySchema(text) !== "", "the schema takes it");
  });
}

/** `value` with each place in it, in turn, another value; what was there is left out for undefined. */
function* withEachPlace(value: unknown, others: readonly unknown[]): Generator<unknown> {
  yield* others;
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      for (const other of withEachPlace(one, others)) yield value.with(index, other);
    }
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, unknown: 1 };
    for (const [name, one] of Object.entries(value)) {
      for (const other of withEachPlace(one, others)) yield { ...value, [name]: other };
    }
  }
}

/** Windows knows no Unix sockets: with one the reader would refuse the file whatever else is in it. */
function readableHere(text: string): string {
  return Deno.build.os === "windows" ? text.replaceAll(/unix:[^\s"',}]+/g, "127.0.0.1:9") : text;
}

const OTHERS = [null, {}, [], "x", "", 7, -1, 2.5, true, false, "off", "5s", "127.0.0.1:9", ["x"]];

Deno.test("whatever a reader takes in any place of a configuration, the schema takes", () => {
  let taken = 0;
  let refusedByBoth = 0;
  let refusedByReader = 0;
  for (const [name, text] of textsIn("valid")) {
    const settings = settingsOf(name);
    for (const changed of withEachPlace(parseYaml(readableHere(text), name).value, OTHERS)) {
      const written = JSON.stringify(changed); // JSON is YAML
      const said = settings.saidBySchema(written);
      if (settings.saidByReader(written) === "") {
        taken++;
        assertEquals(said, "", written);
      } else {
        refusedByReader++;
        if (said !== "") refusedByBoth++;
      }
    }
  }
  assert(taken > 300, `only ${taken} were taken`);
  assert(refusedByBoth > 0.97 * refusedByReader, `${refusedByBoth} of ${refusedByReader}`);
});
