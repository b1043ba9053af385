/** `status --watch` on real terminals, beside a real pair. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { OnTerminal } from "../kit/on_terminal.ts";
import { ProcessPair, PROVIDERS } from "../kit/process_pair.ts";
import { asUsersDo } from "../kit/program.ts";
import { echo } from "../kit/server_application.ts";

const tests = "the live view on a terminal";
const ignore = ["script", "stty"].some((name) => lacksProgram(name, tests));
const CTRL_C = "\x03";
/** The second is better, and used only when somebody says yes. */
const ASKS = `{ address: ${PROVIDERS[0]}, metered: true }, { address: ${
  PROVIDERS[1]
}, confirm: true }`;

Deno.test({
  name: "the live views fit, follow the size, switch and answer by keys, and leave no trace",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await using server = echo();
      await using pair = await ProcessPair.start(folder, server.port, {
        providers: ASKS,
        cnaptYaml: "decision: { search: 1s, stable: 1s }\n",
      });
      const watching = ["status", "--watch"];
      const watch = () => new OnTerminal(pair.cnaptFolder, [...asUsersDo("cnapt"), ...watching]);
      await using cnapt = watch();
      await using snapt = new OnTerminal(pair.snaptFolder, [...asUsersDo("snapt"), ...watching]);
      await cnapt.row(/^Connected over 127\.0\.0\.2, /);
      await cnapt.row(/^ {2}2 {3}127\.0\.0\.3 /);
      assertFits(cnapt, 80, 24);
      await snapt.row(/^Site home: 1 connected$/);
      await snapt.row(/^laptop +127\.0\.0\.2:/);
      assertFits(snapt, 80, 24);

      await cnapt.row(/^Use 127\.0\.0\.3 instead of 127\.0\.0\.2\? y yes, n no$/);
      await cnapt.type("y");
      await cnapt.row(/^CNAPT is on 127\.0\.0\.3 now$/);
      await cnapt.row(/^Connected over 127\.0\.0\.3, /);
      await cnapt.type("1");
      await cnapt.row(/^> 1 /);
      await cnapt.type("\r");
      await cnapt.row(/^127\.0\.0\.3 -> 127\.0\.0\.2, stall /);
      await cnapt.row(/LAST SWITCHES/);
      await cnapt.resize(60, 12);
      await cnapt.until("a frame of 60 columns", ({ rows, widest }) =>
        rows.length === 12 && widest <= 60);
      await cnapt.type("q");
      await snapt.type(CTRL_C);
      for (const one of [cnapt, snapt]) {
        const { code, isAsBefore, text } = await one.left();
        assert(code === 0 && isAsBefore, text);
      }

      await using ended = watch();
      await ended.row(/^Connected over /);
      assertEquals(await pair.snapt.end(), 0);
      assertEquals(await pair.cnapt.end(), 0);
      await ended.row(/^CNAPT does not run; below is what was seen last$/);
      ended.signal("SIGTERM");
      const { code, isAsBefore, text } = await ended.left();
      assert(code === 128 + 15 && isAsBefore, text);
    }),
});

function assertFits({ screen }: OnTerminal, columns: number, rows: number): void {
  const text = screen.rows.join("\n");
  assert(screen.rows.length <= rows && screen.widest <= columns && screen.isOther, text);
}

Deno.test({
  name: "a mistake of ours is told on the terminal as it was before the view",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const program = fileURLToPath(new URL("../kit/failing_view.ts", import.meta.url));
      const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
      const flags = ["run", "-q", "--no-check", "--config", config, "-P=programs"];
      await using view = new OnTerminal(folder, [Deno.execPath(), ...flags, program]);
      const { code, isAsBefore, text } = await view.left();
      assert(code === 1 && isAsBefore, text);
      assert(text.indexOf("?1049l") < text.indexOf("a mistake of ours"), text);
    }),
});
