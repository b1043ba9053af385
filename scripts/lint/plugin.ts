/**
 * The project's own lint rules (`"lint": { "plugins": … }` in deno.json): what makes the design
 * hold is checked at every commit instead of being remembered.
 */
import { builtBeforeBusy } from "./built_before_busy.ts";
import { fewParameters } from "./few_parameters.ts";
import { fileShape } from "./file_shape.ts";
import { layers } from "./layers.ts";
import { importCircles } from "./import_circles.ts";
import { namedFailures } from "./named_failures.ts";
import { networkInNet } from "./network_in_net.ts";
import { noEnum } from "./no_enum.ts";
import { ownedTasks } from "./owned_tasks.ts";
import { passedInClock } from "./passed_in_clock.ts";
import { printableOutput } from "./printable_output.ts";
import { pureCore } from "./pure_core.ts";

const plugin: Deno.lint.Plugin = {
  name: "cnapt",
  rules: {
    "layers": layers,
    "import-circles": importCircles,
    "pure-core": pureCore,
    "network-in-net": networkInNet,
    "passed-in-clock": passedInClock,
    "owned-tasks": ownedTasks,
    "printable-output": printableOutput,
    "built-before-busy": builtBeforeBusy,
    "named-failures": namedFailures,
    "few-parameters": fewParameters,
    "no-enum": noEnum,
    "file-shape": fileShape,
  },
};

export default plugin;
