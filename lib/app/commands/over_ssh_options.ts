/** Options of the commands that work on a server over ssh. */
import type { OptionSpec } from "../program/command_table.ts";

type Options = Readonly<Record<string, OptionSpec>>;

/** What goes on to ssh. */
export const SSH_OPTION = {
  "ssh-option": {
    kind: "texts",
    value: "KEY=VALUE",
    summary: "an option of ssh, as behind ssh -o: IdentityFile=FILE, ProxyJump=HOST",
  },
} as const satisfies Options;

/** What `join ssh://…` takes beside what `join` takes. */
export const OVER_SSH_OPTIONS = {
  name: {
    kind: "text",
    value: "NAME",
    summary: "with ssh://: what SNAPT calls this machine, instead of its own name",
  },
  address: {
    kind: "text",
    value: "HOST:PORT",
    summary:
      "with ssh://: where SNAPT is reached, instead of where ssh connects to; also without :PORT",
  },
  port: {
    kind: "count",
    value: "PORT",
    summary: "with ssh://: the TCP port on which a new SNAPT listens; 7787",
  },
  program: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "with ssh://: the snapt that is put there, where this program does not run there",
  },
  ...SSH_OPTION,
  yes: { kind: "flag", summary: "with ssh://: does it without asking" },
} as const satisfies Options;
