/** The commands of cnapt that ask a running CNAPT about its networks, or move it. */
import { type Command, command } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import { openCommand } from "./open_command.ts";
import { CNAPT_FILES, JSON_OPTION, SITE_OPTION, WATCH_OPTION } from "./command_options.ts";

const RUNNING = ["notRunning", "refused", "unanswered", "configuration"] as const;

export const CNAPT_NETWORK_COMMANDS: readonly Command[] = [
  command({
    name: "switch",
    summary: "moves to another network and prints the receipt",
    description: [
      "Both networks are up: nothing stops. With --strict one network is left before the other is " +
      "used, for devices with one adapter. From then on CNAPT stays where it was sent, until " +
      "--auto lets it choose by itself again.",
    ],
    words: [{ value: "INTERFACE", summary: "the network to move to", optional: true }],
    options: {
      ...CNAPT_FILES,
      strict: { kind: "flag", summary: "one network at a time: stop, drain, change, resume" },
      auto: { kind: "flag", summary: "instead of an interface: lets CNAPT choose again" },
      ...SITE_OPTION,
      ...JSON_OPTION,
    },
    examples: [
      { line: "cnapt switch wlan0", what: "before the cable is pulled" },
      { line: "cnapt switch --auto", what: "CNAPT chooses by itself again" },
    ],
    exits: [...RUNNING, "noNetwork"],
    run: async ({ words: [to], options }) => {
      if ((to === undefined) !== options.auto) {
        throw new UsageError("Cannot switch: either INTERFACE or --auto is wanted");
      }
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptRelease, cnaptSwitch } = await import("./cnapt_switch.ts");
      const cnapt = await askedCnapt(options);
      if (to === undefined) return await cnaptRelease(cnapt, options.json);
      const { site, strict: isStrict, json: isJson } = options;
      await cnaptSwitch(cnapt, { to, site, isStrict, isJson });
    },
  }),
  command({
    name: "confirm",
    summary: "says yes to the network that CNAPT asks about",
    description: ["Waits until the switch is done. `cnapt status` shows the questions."],
    words: [{
      value: "INTERFACE",
      summary: "the network, where there are several questions",
      optional: true,
    }],
    options: { ...CNAPT_FILES, no: { kind: "flag", summary: "says no" }, ...JSON_OPTION },
    exits: [...RUNNING, "noNetwork"],
    run: async ({ words, options }) => {
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptConfirm } = await import("./cnapt_confirm.ts");
      await cnaptConfirm(await askedCnapt(options), {
        provider: words[0] ?? null,
        answer: options.no ? "no" : "yes",
        isJson: options.json,
      });
    },
  }),
  command({
    name: "why",
    summary: "says which network CNAPT uses, why, and the last decisions",
    description: ["In sentences; the numbers behind them are there with --verbose."],
    options: {
      ...CNAPT_FILES,
      verbose: { kind: "flag", summary: "points, counts and thresholds instead of sentences" },
      ...JSON_OPTION,
    },
    exits: RUNNING,
    run: async ({ options }) => {
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptWhy } = await import("./cnapt_why.ts");
      const { json: isJson, verbose: isVerbose } = options;
      await cnaptWhy(await askedCnapt(options), { isJson, isVerbose });
    },
  }),
  command({
    name: "providers",
    summary: "shows the table of networks",
    description: ["What is known of each, as it was measured last."],
    options: {
      ...CNAPT_FILES,
      probe: { kind: "flag", summary: "asks SNAPT over each of them now" },
      ...JSON_OPTION,
    },
    exits: RUNNING,
    run: async ({ options }) => {
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptProviders } = await import("./cnapt_providers.ts");
      await cnaptProviders(await askedCnapt(options), {
        isJson: options.json,
        isProbing: options.probe,
      });
    },
  }),
  command({
    name: "ping",
    summary: "asks SNAPT over each network, or over one, and says how long it takes",
    description: [
      "One line for each probe: site, network, way, round trip. Each probe opens a link over that " +
      "network, as connections do. When none is answered the exit code is 4.",
    ],
    words: [{ value: "NETWORK", summary: "only this one", optional: true }],
    options: {
      ...CNAPT_FILES,
      count: { kind: "count", value: "N", summary: "so many rounds, instead of 4" },
      ...JSON_OPTION,
    },
    examples: [{ line: "cnapt ping wlan0 --count 1", what: "whether SNAPT answers over it" }],
    exits: [...RUNNING, "noNetwork"],
    run: async ({ words, options: { count, json: isJson, ...options } }) => {
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptPing } = await import("./cnapt_ping.ts");
      const cnapt = await askedCnapt(options);
      await cnaptPing(cnapt, { network: words[0] ?? null, count, isJson });
    },
  }),
  command({
    name: "measure",
    summary: "moves 256 kB over a network and says what it carries",
    description: ["Without a name, over each network that is not metered, one after the other."],
    words: [{ value: "INTERFACE", summary: "the network to measure", optional: true }],
    options: { ...CNAPT_FILES, ...JSON_OPTION },
    exits: ["notRunning", "noNetwork", "refused", "unanswered", "configuration"],
    run: async ({ words, options }) => {
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptMeasure } = await import("./cnapt_measure.ts");
      await cnaptMeasure(await askedCnapt(options), {
        provider: words[0] ?? null,
        isJson: options.json,
      });
    },
  }),
  command({
    name: "status",
    summary: "shows the network in use, what is connected, the last switches",
    description: [
      "First how CNAPT is, then what is wrong and what to do. With --watch the same stays on the " +
      "screen: a digit or an arrow chooses a network, Enter switches to it, a lets CNAPT choose, " +
      "y and n answer a question, q leaves.",
    ],
    options: { ...CNAPT_FILES, ...WATCH_OPTION, ...JSON_OPTION },
    exits: RUNNING,
    run: async ({ options }) => {
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { cnaptStatus } = await import("./cnapt_status.ts");
      const { json: isJson, watch: isWatching } = options;
      await cnaptStatus(await askedCnapt(options), { isJson, isWatching });
    },
  }),
  openCommand("cnapt", CNAPT_FILES, async (options) => {
    const { askedCnapt, runningCnapt } = await import("./running_cnapt.ts");
    const cnapt = await askedCnapt(options);
    return { client: runningCnapt(cnapt), token: cnapt.access.token ?? "" };
  }),
];
