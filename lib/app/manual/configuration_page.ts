import type { SettingsFile } from "./settings_files.ts";
import { type SettingRow, type SettingSection, settingSections } from "./setting_rows.ts";

const HEAD =
  `<!-- Made by the task \`docs\` from the readers in lib/config; do not change it by hand. -->

# Every setting

What can be written in the three configuration files, as the programs read them. What they are for is told where it belongs: [configurations.md](configurations.md) has whole files to copy, [decision.md](decision.md) how CNAPT chooses its network, [ways_in.md](ways_in.md), [udp.md](udp.md), [client_services.md](client_services.md), [relay.md](relay.md) and [notices.md](notices.md) the rest; [files.md](files.md) says where the files are, [reload.md](reload.md) what changes while the programs run. \`cnapt check\` and \`snapt check\` say what is wrong in yours, in which line.

- \`NAME\` stands for a name of your choice (letters, digits, \`.\`, \`_\` and \`-\`), \`[]\` for each entry of a list. A setting that is empty is as one that is not there.
- A time is written with its unit, \`500ms\`, \`30s\`, \`10m\`, \`12h\`, \`7d\`; a size too, \`64KiB\`, \`4MiB\`, \`1GB\`; a share as \`10%\`.
- \`HOST:PORT\` takes a name, an address, or an IPv6 address in brackets, which YAML wants in quotes: \`"[::1]:22"\`. \`:22\` is every address of the machine.
- _without it_ is what holds where nothing is written; words in italics say it where that is no value.

## Your editor knows them

[cnapt.yaml.schema.json](schemas/cnapt.yaml.schema.json), [snapt.yaml.schema.json](schemas/snapt.yaml.schema.json) and [relay.yaml.schema.json](schemas/relay.yaml.schema.json) are JSON Schemas, in the archives of a release under \`schemas/\`, of the Debian package under \`/usr/share/cnapt/schemas/\`. An editor that speaks to yaml-language-server (VS Code with the YAML extension, Neovim, Helix, Emacs) completes settings, shows what they are for and marks what is none, when the first line of the file names the schema by where you have put it:

\`\`\`yaml
# yaml-language-server: $schema=/usr/share/cnapt/schemas/snapt.yaml.schema.json
listen: 0.0.0.0:7787
services:
  ssh: { to: 127.0.0.1:22 }
\`\`\`

\`init\` and \`join\` do not write that line: where the schema lies on your machine is not theirs to know. It is a comment to the programs. What only shows between settings (two services on one port) no schema can say: \`check\` does.
`;

/** docs/configuration.md. */
export function configurationPage(files: readonly SettingsFile[]): string {
  const parts = files.map((file) => {
    const sections = settingSections(file.form).map((section) => sectionText(file, section));
    return `## ${file.name}\n\n${file.description.join("\n\n")}\n\n${sections.join("\n\n")}\n`;
  });
  return [HEAD, ...parts].join("\n");
}

function sectionText({ name }: SettingsFile, { title, rows }: SettingSection): string {
  const heading = title === "" ? "" : `### \`${title}\` of ${name}\n\n`;
  const cells = rows.map((row) => [
    `\`${row.path}\``,
    `${row.says}${row.isRequired ? " **Has to be there.**" : ""}`,
    row.form,
    usualCell(row),
    row.example === "" ? "" : `\`${row.example}\``,
    row.since,
  ]);
  return heading +
    table([
      ["setting", "what it is for", "what is written", "without it", "example", "since"],
      ...cells,
    ]);
}

function usualCell({ usual, isUsualInWords, isRequired }: SettingRow): string {
  if (isRequired || usual === "") return "";
  return isUsualInWords ? `_${usual}_` : `\`${usual}\``;
}

/** Padded, as the formatter has tables. */
function table(rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const [head = []] = escaped;
  const widths = head.map((_, column) =>
    Math.max(3, ...escaped.map((row) => (row[column] ?? "").length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const dashes = widths.map((width) => "-".repeat(width));
  return [line(head), line(dashes), ...escaped.slice(1).map(line)].join("\n");
}
