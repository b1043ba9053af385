/**
 * Who publishes: the one place from which every file of a release takes it. It is empty until
 * somebody does, and a release that would tell people an address of nobody is refused.
 */

/** What a release says of those who publish it. */
export interface Project {
  /** The page of the project; `/releases/download/vVERSION/` below it are the files. */
  readonly homepage: string;
  /** Whom a package names, as Debian writes it: `Name <address>`. */
  readonly maintainer: string;
  /** What winget calls the program: `Publisher.Program`. */
  readonly wingetId: string;
}

/** To be filled in before the first release; `--homepage` goes before what is here. */
export const PROJECT: Project = { homepage: "", maintainer: "", wingetId: "" };

/** What stands in for it where nothing will be published. Reserved names: nobody can be meant. */
const TRIAL: Project = {
  homepage: "https://example.org/cnapt",
  maintainer: "The maintainers of CNAPT <maintainers@cnapt.invalid>",
  wingetId: "Cnapt.Cnapt",
};

const SHAPES: Readonly<Record<keyof Project, readonly [shape: RegExp, example: string]>> = {
  homepage: [/^https:\/\/[\w.-]+(:\d+)?(\/[\w.~+-]+)*$/, "https://github.com/OWNER/cnapt"],
  maintainer: [/^[^<>\n]*\S <[^\s<>@]+@[^\s<>@]+>$/, "Name <name@example.org>"],
  wingetId: [/^[A-Za-z0-9-]{1,32}(\.[A-Za-z0-9-]{1,32}){1,7}$/, "Publisher.Cnapt"],
};

/**
 * The project with nothing missing.
 *
 * @param isTrial whether stand-ins may take the place of what is empty
 * @throws {TypeError} something is empty, or not what it has to be
 */
export function filledProject(project: Project, isTrial: boolean): Project {
  const filled = isTrial
    ? {
      homepage: project.homepage || TRIAL.homepage,
      maintainer: project.maintainer || TRIAL.maintainer,
      wingetId: project.wingetId || TRIAL.wingetId,
    }
    : project;
  const fields = ["homepage", "maintainer", "wingetId"] as const;
  const missing = fields.filter((field) => filled[field] === "");
  if (missing.length > 0) {
    throw new TypeError(
      `Cannot release: scripts/release/project.ts has no ${missing.join(", no ")}; fill it in, ` +
        "or add --trial for files that are not published",
    );
  }
  for (const field of fields) {
    const [shape, example] = SHAPES[field];
    if (!shape.test(filled[field])) {
      throw new TypeError(
        `Cannot release: the ${field} "${filled[field]}" is not like "${example}"`,
      );
    }
  }
  return filled;
}
