import { LOG_FIELDS } from "../../../../lib/relay/events/field_names.ts";
import type { LogEvent } from "../../../../lib/relay/events/log_event.ts";
import { LOG_EVENTS } from "../../../../lib/relay/events/log_events.ts";
import { withEvents } from "../../../../scripts/event_docs.ts";
import { assertEquals } from "../../../assert.ts";

const ROOT = new URL("../../../../", import.meta.url);
const EVENTS: readonly (readonly [string, LogEvent])[] = Object.entries(LOG_EVENTS);

/** Everything under lib but the tables themselves. */
async function sources(folder = "lib/"): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${name}`;
    if (isDirectory) texts.push(...await sources(`${path}/`));
    else if (name.endsWith(".ts") && folder !== "lib/relay/events/") {
      texts.push(await Deno.readTextFile(new URL(path, ROOT)));
    }
  }
  return texts;
}

Deno.test("every event of the table is logged somewhere", async () => {
  const text = (await sources()).join("\n");
  assertEquals(EVENTS.map(([name]) => name).filter((name) => !text.includes(`"${name}"`)), []);
});

Deno.test("every field of the table is one of an event", () => {
  const used = new Set<string>(EVENTS.flatMap(([, { fields }]) => fields));
  assertEquals(Object.keys(LOG_FIELDS).filter((name) => !used.has(name)), []);
});

Deno.test("events, fields and what is said of them have the form that the document has", () => {
  const wrong = EVENTS.filter(([name, { by, levels, means, todo }]) =>
    !/^[a-z]+(-[a-z]+)*$/.test(name) || by.length === 0 || levels.length === 0 ||
    !means.endsWith(".") || /[|\n]/.test(means + todo)
  );
  assertEquals(wrong.map(([name]) => name), []);
  assertEquals(Object.keys(LOG_FIELDS).filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name)), []);
});

Deno.test("docs/events.md has every event and field, and is as the tables are", async () => {
  const page = await Deno.readTextFile(new URL("docs/events.md", ROOT));
  assertEquals(withEvents(page), page);
  const names = [...EVENTS.map(([name]) => name), ...Object.keys(LOG_FIELDS)];
  assertEquals(names.filter((name) => !page.includes(`\n| \`${name}\` |`)), []);
});
