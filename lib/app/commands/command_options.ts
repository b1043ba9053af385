/** Options that many commands share. */
import { findConfig, type FoundConfig } from "../places/find_config.ts";
import {
  type CnaptState,
  cnaptStateFiles,
  type SnaptState,
  snaptStateFiles,
} from "../places/state_files.ts";
import { OWN_SURROUNDINGS } from "../places/surroundings.ts";
import type { OptionSpec } from "../program/command_table.ts";

/** `--json`, where there is output for people. */
export const JSON_OPTION = {
  json: {
    kind: "flag",
    summary: "one JSON document instead of lines for people",
    prints: "document",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--watch`: shows what changes, for as long as somebody looks. */
export const WATCH_OPTION = {
  watch: { kind: "flag", summary: "goes on: a live view on a terminal, else a line a change" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--json` of what runs: its log is all that it says. */
export const JSON_LOG_OPTION = {
  json: { kind: "flag", summary: "the log as JSON, an object on each line" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--state`, where files are read or written that the program keeps for itself. */
const STATE_OPTION = {
  state: {
    kind: "text",
    value: "FOLDER",
    completes: "file",
    summary: "what the program writes is there, instead of where it is found (FILES)",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** How `run` logs. */
export const LOG_OPTIONS = {
  ...JSON_LOG_OPTION,
  verbose: { kind: "flag", summary: "the log on a terminal too, instead of sentences" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--config` and `--state` of cnapt. */
export const CNAPT_FILES = {
  config: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "the configuration, instead of the first that is found (FILES)",
  },
  ...STATE_OPTION,
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--config` and `--state` of snapt. */
export const SNAPT_FILES = {
  config: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "the configuration, instead of the first that is found (FILES)",
  },
  ...STATE_OPTION,
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Where the files are that a program writes, for its man page. */
export function stateFileRows(
  program: "cnapt" | "snapt",
): readonly { readonly line: string; readonly what: string }[] {
  return [
    {
      line: "$STATE_DIRECTORY",
      what: "where what the program writes is, when a service manager sets it and --state is not " +
        "given",
    },
    {
      line: `$XDG_STATE_HOME/${program}/`,
      what: "otherwise for a configuration in the user's place; ~/.local/state without the " +
        "variable, on macOS ~/Library/Application Support, on Windows %LOCALAPPDATA%",
    },
    {
      line: `/var/lib/${program}/`,
      what: "otherwise for one in the machine's place; on macOS /Library/Application Support, on " +
        "Windows %PROGRAMDATA%",
    },
    {
      line: "beside the configuration",
      what: "otherwise, where it lies elsewhere; a folder of its own in the user's or the " +
        "machine's place where that cannot be written. Files that lay beside a configuration in " +
        "one of those places are moved when the program starts",
    },
  ];
}

/** `--site`, where there are several. */
export const SITE_OPTION = {
  site: { kind: "text", value: "NAME", summary: "only this site, where there are several" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The configuration of cnapt: what --config names, or what is found. */
export async function cnaptFile(
  { config }: { readonly config: string | null },
): Promise<FoundConfig> {
  return await findConfig("cnapt", config, OWN_SURROUNDINGS);
}

/** The configuration of cnapt that a site is added to. */
export async function cnaptFileToExtend(
  { config }: { readonly config: string | null },
): Promise<FoundConfig> {
  return await findConfig("cnapt", config, OWN_SURROUNDINGS, "extend");
}

/** The configuration of snapt that is to be there. */
export async function snaptFileToExtend(
  { config }: { readonly config: string | null },
): Promise<FoundConfig> {
  return await findConfig("snapt", config, OWN_SURROUNDINGS, "extend");
}

/** The configuration of snapt: what --config names, or what is found. */
export async function snaptFile(
  { config }: { readonly config: string | null },
): Promise<FoundConfig> {
  return await findConfig("snapt", config, OWN_SURROUNDINGS);
}

/** Where CNAPT keeps what it writes. */
export async function cnaptState(
  { file }: FoundConfig,
  { state }: { readonly state: string | null },
): Promise<CnaptState> {
  return await cnaptStateFiles({ configFile: file, named: state }, OWN_SURROUNDINGS);
}

/** Where SNAPT keeps what it writes. */
export async function snaptState(
  { file }: FoundConfig,
  { state }: { readonly state: string | null },
): Promise<SnaptState> {
  return await snaptStateFiles({ configFile: file, named: state }, OWN_SURROUNDINGS);
}
