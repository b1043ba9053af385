/** Options that many commands share. */
import { findConfig, type FoundConfig } from "../places/find_config.ts";
import { OWN_SURROUNDINGS } from "../places/surroundings.ts";
import type { OptionSpec } from "../program/command_table.ts";

/** `--json`, where there is output for people. */
export const JSON_OPTION = {
  json: { kind: "flag", summary: "one JSON document instead of lines for people" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--config` of cnapt. */
export const CNAPT_CONFIG = {
  config: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "the configuration, instead of the first that is found (FILES)",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--config` of snapt. */
export const SNAPT_CONFIG = {
  config: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "the configuration, instead of the first that is found (FILES)",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

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

/** The configuration of snapt: what --config names, or what is found. */
export async function snaptFile(
  { config }: { readonly config: string | null },
): Promise<FoundConfig> {
  return await findConfig("snapt", config, OWN_SURROUNDINGS);
}
