/** Options that many commands share. */
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
    summary: "the configuration, instead of cnapt.yaml",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--config` of snapt. */
export const SNAPT_CONFIG = {
  config: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "the configuration, instead of snapt.yaml",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `--site`, where there are several. */
export const SITE_OPTION = {
  site: { kind: "text", value: "NAME", summary: "only this site, where there are several" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Where the configuration of cnapt is. */
export function cnaptFile({ config }: { readonly config: string | null }): string {
  return config ?? "cnapt.yaml";
}

/** Where the configuration of snapt is. */
export function snaptFile({ config }: { readonly config: string | null }): string {
  return config ?? "snapt.yaml";
}
