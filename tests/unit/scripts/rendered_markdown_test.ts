import { renderMarkdown } from "../../../scripts/site/rendered_markdown.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("the name of a setting may be broken between its parts, and no other code", () => {
  const source = { kind: "markdown", path: "a.md", output: "a.html" } as const;
  const text = "`sites.NAME.services` `a.b < c` `127.0.0.1:7786`";
  const { html } = renderMarkdown({
    ...{ text, source, sources: [], diagrams: [], pictures: new Set<string>() },
  });
  assertEquals(
    html.trim(),
    "<p><code>sites.<wbr>NAME.<wbr>services</code> <code>a.b &lt; c</code> " +
      "<code>127.0.0.1:7786</code></p>",
  );
});
