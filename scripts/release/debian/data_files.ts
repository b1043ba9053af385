/** Where the files of the package lie on a Debian system. */
import { gzipSync } from "node:zlib";
import type { Extras } from "../archive_files.ts";
import type { Release } from "../release_target.ts";
import { type PackedFile, plainFile, programFile } from "../packed_file.ts";

const SYSUSERS = `# The user of the service: owns /var/lib/snapt and nothing else.
u snapt - "SNAPT relay" /var/lib/snapt
`;

/**
 * What lintian calls errors and is meant so. The runtime (Deno) brings its libraries, and all of
 * them come new with each release.
 */
const OVERRIDES = `# Deno's runtime contains them; each release of this package has the newest Deno.
cnapt: embedded-library *
`;

/** Where Debian's shells look for completions. */
const COMPLETIONS: readonly (readonly [string, string])[] = [
  ["bash/cnapt", "usr/share/bash-completion/completions/cnapt"],
  ["bash/snapt", "usr/share/bash-completion/completions/snapt"],
  ["zsh/_cnapt", "usr/share/zsh/vendor-completions/_cnapt"],
  ["zsh/_snapt", "usr/share/zsh/vendor-completions/_snapt"],
  ["fish/cnapt.fish", "usr/share/fish/vendor_completions.d/cnapt.fish"],
  ["fish/snapt.fish", "usr/share/fish/vendor_completions.d/snapt.fish"],
];

/** The files of data.tar. */
export function dataFiles(
  program: Uint8Array,
  extras: Extras,
  release: Release,
): readonly PackedFile[] {
  const packed = (text: string) => gzipSync(text, { level: 9 });
  const documents = "usr/share/doc/cnapt";
  const completions = COMPLETIONS.flatMap(([from, path]) => {
    const script = extras.completions.get(from);
    return script === undefined ? [] : [plainFile(path, script)];
  });
  return [
    programFile("usr/bin/cnapt", program),
    { kind: "link", path: "usr/bin/snapt", to: "./usr/bin/cnapt" },
    ...[...extras.man].map(([name, page]) =>
      plainFile(`usr/share/man/man${name.at(-1)}/${name}.gz`, packed(page))
    ),
    ...completions,
    ...[...extras.schemas].map(([name, schema]) =>
      plainFile(`usr/share/cnapt/schemas/${name}`, schema)
    ),
    plainFile("usr/lib/systemd/system/snapt.service", extras.unit),
    plainFile("usr/lib/sysusers.d/snapt.conf", SYSUSERS),
    plainFile(`${documents}/copyright`, copyright(extras.license, release)),
    plainFile(`${documents}/README.md.gz`, packed(extras.readme)),
    plainFile(`${documents}/changelog.gz`, packed(changelog(release))),
    plainFile("usr/share/lintian/overrides/cnapt", OVERRIDES),
  ];
}

function changelog({ version, seconds, homepage, maintainer }: Release): string {
  const date = new Date(seconds * 1000).toUTCString().replace("GMT", "+0000");
  return `cnapt (${version}) unstable; urgency=medium

  * What is new: ${homepage}/releases/tag/v${version}

 -- ${maintainer}  ${date}
`;
}

/** Debian's copyright file, from the project's licence. */
function copyright(license: string, { homepage }: Release): string {
  const [, holder = "the authors"] = /^Copyright (?:\(c\) )?(.+)$/m.exec(license) ?? [];
  const body = license.slice(license.indexOf("Permission"));
  const indented = body.trim().split("\n").map((line) => ` ${line === "" ? "." : line}`);
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: cnapt
Source: ${homepage}

Files: *
Copyright: ${holder}
License: Expat
Comment: The programs contain the runtime of Deno (MIT, Copyright 2018-2026 the Deno authors)
 without its symbol tables, and the npm packages that the SBOM of the release lists.

License: Expat
${indented.join("\n")}
`;
}
