/** The three configurations: as the programs read them, and as their schema for editors does. */
import { Ajv, type ValidateFunction } from "ajv";
import {
  CNAPT_YAML,
  RELAY_YAML,
  SNAPT_YAML,
} from "../../../../../lib/app/manual/settings_files.ts";
import type { SettingsFile } from "../../../../../lib/app/manual/settings_files.ts";
import { editorSchema } from "../../../../../lib/app/manual/editor_schema.ts";
import { cnaptConfig } from "../../../../../lib/config/cnapt_config.ts";
import { ConfigInvalid } from "../../../../../lib/config/config_invalid.ts";
import { relayConfig } from "../../../../../lib/config/relay_config.ts";
import { readConfig, type Reader } from "../../../../../lib/config/schema.ts";
import { snaptConfig } from "../../../../../lib/config/snapt_config.ts";
import { encodeTicket } from "../../../../../lib/config/ticket.ts";
import { parseYaml } from "../../../../../lib/config/yaml.ts";

export const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "192.0.2.7", port: 7787 },
  site: "home",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
});

/** One of the configurations. */
export class Settings {
  readonly file: SettingsFile;
  readonly #read: Reader<unknown>;
  readonly #schema: ValidateFunction;

  constructor(file: SettingsFile, read: Reader<unknown>) {
    this.file = file;
    this.#read = read;
    this.#schema = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
      .compile({ ...editorSchema(file) });
  }

  /** What the reader says against a text, without what only shows between settings; empty: nothing. */
  saidByReader(text: string): string {
    try {
      readConfig(text, this.file.name, this.#read);
      return "";
    } catch (error) {
      if (!(error instanceof ConfigInvalid)) throw error;
      return error.message;
    }
  }

  /** What the schema says against it; empty: nothing. */
  saidBySchema(text: string): string {
    if (this.#schema(parseYaml(text, this.file.name).value)) return "";
    return (this.#schema.errors ?? [])
      .map(({ instancePath, message }) => `${instancePath}: ${message}`).join("\n");
  }
}

/** Any file and any credential has the ticket. */
function secretOf(reference: unknown): string {
  const [[kind = "", name] = [], ...others] = Object.entries(Object(reference));
  const isOne = ["file", "credential"].includes(kind) && typeof name === "string" && name !== "";
  if (isOne && others.length === 0) return TICKET;
  throw new TypeError("write { file: PATH } or { credential: NAME }");
}

export const CNAPT_SETTINGS = new Settings(CNAPT_YAML, cnaptConfig(secretOf));
export const SNAPT_SETTINGS = new Settings(SNAPT_YAML, snaptConfig);
export const RELAY_SETTINGS = new Settings(RELAY_YAML, relayConfig);
export const ALL_SETTINGS: readonly Settings[] = [CNAPT_SETTINGS, SNAPT_SETTINGS, RELAY_SETTINGS];

/** The one that a file of tests/config is of. */
export function settingsOf(name: string): Settings {
  return name.startsWith("cnapt") ? CNAPT_SETTINGS : SNAPT_SETTINGS;
}
