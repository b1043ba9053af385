/** The commands of snapt about those that are invited, and for a look at them. */
import { type Command, command } from "../program/command_table.ts";
import { openCommand } from "./open_command.ts";
import { JSON_OPTION, SNAPT_FILES, snaptFile, snaptState } from "./command_options.ts";

export const SNAPT_CLIENT_COMMANDS: readonly Command[] = [
  command({
    name: "invite",
    summary: "prints a code for a new CNAPT, good once",
    description: [
      "`cnapt join CODE` redeems it on the other machine, while this SNAPT runs. A code is good " +
      "for one CNAPT; `snapt list` shows those that are open, `snapt revoke NAME` takes one back.",
      "A ticket (--offline) is the key itself, is good until it is revoked, and needs no network " +
      "to join; with `security: none` there is nothing else.",
    ],
    words: [{ value: "NAME", summary: "the name of the CNAPT" }],
    options: {
      ...SNAPT_FILES,
      address: {
        kind: "texts",
        value: "HOST:PORT",
        summary:
          "where that CNAPT reaches this SNAPT, instead of a public name or address of this machine " +
          "with the one in its LAN, else that alone; also without :PORT; others than the first are " +
          "told when it joins",
      },
      services: { kind: "text", value: "a,b", summary: "gives it these services only" },
      expires: { kind: "text", value: "TIME", summary: "for how long the code is good; 24h" },
      offline: { kind: "flag", summary: "a ticket instead of a code" },
      qr: { kind: "flag", summary: "a QR code on standard error, also where that is no terminal" },
      ...JSON_OPTION,
    },
    examples: [{
      line: "snapt invite laptop --address home.example.org:7787",
      what: "for a laptop that is on the road",
    }],
    exits: ["configuration"],
    run: async ({ words: [name = ""], options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptInvite } = await import("./snapt_invite.ts");
      const found = await snaptFile(options);
      await snaptInvite({
        config: await loadSnaptConfig(found),
        state: await snaptState(found, options),
        name,
        addresses: options.address,
        services: options.services,
        expires: options.expires,
        isOffline: options.offline,
        isQr: options.qr,
        isJson: options.json,
      });
    },
  }),
  command({
    name: "list",
    summary: "shows who is invited, and the codes that are open",
    description: [],
    options: { ...SNAPT_FILES, ...JSON_OPTION },
    exits: ["configuration"],
    run: async ({ options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptList } = await import("./snapt_list.ts");
      const found = await snaptFile(options);
      await loadSnaptConfig(found); // the list of no SNAPT at all would say that nobody is invited
      await snaptList(await snaptState(found, options), options.json);
    },
  }),
  command({
    name: "allow",
    summary: "changes which services a CNAPT may use, also in the session that it has",
    description: [
      "A running SNAPT takes it in within a second: connections to what is not allowed any longer are " +
      "reset, all others go on.",
    ],
    words: [{ value: "NAME", summary: "the name of the CNAPT" }],
    options: {
      ...SNAPT_FILES,
      services: { kind: "text", value: "a,b", summary: "these services and no others" },
      all: { kind: "flag", summary: "all services, also those to come" },
      ...JSON_OPTION,
    },
    examples: [{ line: "snapt allow laptop --services ssh,files", what: "no others from now on" }],
    exits: ["configuration"],
    run: async ({ words: [name = ""], options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptAllow } = await import("./snapt_allow.ts");
      const found = await snaptFile(options);
      await snaptAllow({
        config: await loadSnaptConfig(found),
        state: await snaptState(found, options),
        name,
        services: options.services,
        isAll: options.all,
        isJson: options.json,
      });
    },
  }),
  command({
    name: "revoke",
    summary: "takes a code or a key back and ends its session at once",
    description: ["The name stays in the list, as revoked; `snapt remove` takes it out."],
    words: [{ value: "NAME", summary: "the name of the CNAPT" }],
    options: { ...SNAPT_FILES, ...JSON_OPTION },
    exits: ["refused", "unanswered", "configuration"],
    run: async ({ words: [name = ""], options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptRevoke } = await import("./snapt_revoke.ts");
      const found = await snaptFile(options);
      const config = await loadSnaptConfig(found);
      await snaptRevoke({
        state: await snaptState(found, options),
        config,
        name,
        isJson: options.json,
      });
    },
  }),
  command({
    name: "remove",
    summary: "takes a CNAPT out of the list for good, and ends its session at once",
    description: ["Its key is forgotten; `snapt invite` with this name begins anew."],
    words: [{ value: "NAME", summary: "the name of the CNAPT" }],
    options: { ...SNAPT_FILES, ...JSON_OPTION },
    exits: ["refused", "unanswered", "configuration"],
    run: async ({ words: [name = ""], options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptRemove } = await import("./snapt_remove.ts");
      const found = await snaptFile(options);
      const config = await loadSnaptConfig(found);
      await snaptRemove({
        state: await snaptState(found, options),
        config,
        name,
        isJson: options.json,
      });
    },
  }),
  openCommand("snapt", SNAPT_FILES, async (options) => {
    const { loadSnaptConfig } = await import("../program/load_config.ts");
    const { snaptDoor } = await import("./running_snapt.ts");
    const found = await snaptFile(options);
    const config = await loadSnaptConfig(found);
    return await snaptDoor((await snaptState(found, options)).paths.identity, config);
  }),
];
