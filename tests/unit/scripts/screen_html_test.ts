import { screenHtml } from "../../../scripts/pictures/screen_html.ts";
import { assertEquals } from "../../assert.ts";

/** What is between the tags of the screen. */
function shown(screen: string): string {
  const html = screenHtml("title", screen, { columns: 80, rows: 24 });
  return /<pre>([^]*)<\/pre>/.exec(html)?.[1] ?? "";
}

for (
  const [name, screen, html] of [
    ["plain text as it is, but for what HTML takes for markup", "a <b> &", "a &lt;b&gt; &amp;"],
    [
      "bold, until it is switched off",
      "\x1b[1mbold\x1b[22m not",
      '<span style="font-weight:bold">bold</span> not',
    ],
    [
      "one of the eight colours, and the end of all",
      "\x1b[32mgreen\x1b[0m plain",
      '<span style="color:#8fd17f">green</span> plain',
    ],
    [
      "a colour by its number and one by its parts",
      "\x1b[38;5;196mred\x1b[38;2;1;2;3mdark",
      '<span style="color:rgb(255,0,0)">red</span><span style="color:rgb(1,2,3)">dark</span>',
    ],
    [
      "ink and paper changed over",
      "\x1b[7mreverse",
      '<span style="color:#11151c;background:#dfe5ef">reverse</span>',
    ],
    [
      "nothing of sequences that say nothing of looks",
      "\x1b[;1;24mx",
      '<span style="font-weight:bold">x</span>',
    ],
  ] as const
) {
  Deno.test(`screenHtml shows ${name}`, () => assertEquals(shown(screen), html));
}
