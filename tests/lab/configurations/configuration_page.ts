import { LabFailure } from "../kit/lab_failure.ts";

const PAGE = new URL("../../../docs/configurations.md", import.meta.url);

/**
 * The files of a section of docs/configurations.md, by the words of their first line
 * (`# snapt.yaml, at home`), with the placeholders replaced: what the page says is what is tested.
 */
export class ConfigurationPage {
  readonly #title: string;
  readonly #files: ReadonlyMap<string, string>;

  private constructor(title: string, files: ReadonlyMap<string, string>) {
    this.#title = title;
    this.#files = files;
  }

  /** @throws LabFailure when there is no such section */
  static async read(title: string): Promise<ConfigurationPage> {
    const text = await Deno.readTextFile(PAGE);
    const section = text.split(/^## /m).find((one) => one.startsWith(`${title}\n`));
    if (section === undefined) throw new LabFailure(`Cannot find "${title}" in ${PAGE.pathname}`);
    const blocks = [...section.matchAll(/^```yaml\n(# (\S+\.yaml, .+)\n[^]*?)^```$/gm)];
    return new ConfigurationPage(
      title,
      new Map(blocks.map(([, file = "", name = ""]) => [name, file])),
    );
  }

  /** Every file of the section, as it stands there. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /**
   * A file as its user makes it.
   *
   * @throws LabFailure when there is no such file, or one of the placeholders is not in it
   */
  file(name: string, placeholders: Readonly<Record<string, string>> = {}): string {
    let text = this.#files.get(name);
    if (text === undefined) {
      throw new LabFailure(
        `Cannot find "${name}" in "${this.#title}": there is ${[...this.#files.keys()].join("; ")}`,
      );
    }
    for (const [placeholder, value] of Object.entries(placeholders)) {
      if (!text.includes(placeholder)) {
        throw new LabFailure(`Cannot replace ${placeholder}: it is not in "${name}"`);
      }
      text = text.replaceAll(placeholder, value);
    }
    return text;
  }
}
