import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { readLogLine } from "../kit/log_lines.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { run } from "../kit/program.ts";

Deno.test("whatever keeps a program from running is a line of its log where programs read it", () =>
  inFolder(async (folder) => {
    const taken = freeAddress();
    const [hostname = "", port] = taken.split(":");
    using _taken = Deno.listen({ hostname, port: Number(port) });
    await Deno.writeTextFile(
      `${folder}/snapt.yaml`,
      `listen: ${taken}\nstatus: off\nlog: { form: json }\nservices: { ssh: { to: 127.0.0.1:22 } }\n`,
    );
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await Promise.all(
      ([
        ["cnapt", "cnapt", ["run", "--json", "--config", "none.yaml"], "no such file"],
        ["snapt", "snapt", ["run", "--json", "--config", "none.yaml"], "no such file"],
        ["snapt", "relay", ["relay", "run", "--json", "--config", "none.yaml"], "no such file"],
        ["snapt", "snapt", [], "the port is taken"], // the configuration wants JSON
      ] as const).map(async ([program, by, args, sentence]) => {
        const { err } = await run(program, folder, args);
        const [line = "", ...more] = err.split("\n");
        assertEquals(readLogLine("json", by, line).event, "program-failed");
        assert(JSON.parse(line).reason.includes(sentence), line);
        assertEquals(more, [""]);
      }),
    );
  }));
