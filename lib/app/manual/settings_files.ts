import { cnaptConfig } from "../../config/cnapt_config.ts";
import type { Form } from "../../config/form.ts";
import { relayConfig } from "../../config/relay_config.ts";
import { snaptConfig } from "../../config/snapt_config.ts";

/** A configuration file: whose it is, and what can be written in it. */
export interface SettingsFile {
  readonly name: string;
  /** Who reads it. */
  readonly program: "cnapt" | "snapt";
  readonly summary: string;
  readonly description: readonly string[];
  readonly form: Form;
}

const VALUES =
  "Times are written as 500ms, 30s, 10m, 7d, sizes as 64KiB or 1MB, addresses as HOST:PORT.";

export const CNAPT_YAML: SettingsFile = {
  name: "cnapt.yaml",
  program: "cnapt",
  summary: "configuration of cnapt",
  description: [
    "`cnapt join` writes it, `cnapt check` says what is wrong in it and where. It has keys in it, so " +
    `only its owner may read it. ${VALUES}`,
  ],
  form: cnaptConfig(() => "").form,
};

export const SNAPT_YAML: SettingsFile = {
  name: "snapt.yaml",
  program: "snapt",
  summary: "configuration of snapt",
  description: [
    `\`snapt init\` writes it with comments, \`snapt check\` says what is wrong in it and where. ${VALUES}`,
  ],
  form: snaptConfig.form,
};

export const RELAY_YAML: SettingsFile = {
  name: "relay.yaml",
  program: "snapt",
  summary: "configuration of snapt relay",
  description: [
    `\`snapt relay init\` writes it with comments; all of it can be left out. ${VALUES}`,
  ],
  form: relayConfig.form,
};

/** The files that people write. */
export const SETTINGS_FILES: readonly SettingsFile[] = [CNAPT_YAML, SNAPT_YAML, RELAY_YAML];
