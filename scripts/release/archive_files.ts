/** What is in the archive of a target. */
import type { Target } from "../compile_target.ts";
import { type PackedFile, plainFile, programFile } from "./packed_file.ts";

/** What does not depend on the target, as it was read or made. */
export interface Extras {
  readonly license: string;
  readonly readme: string;
  /** The man pages by the names of their files. */
  readonly man: ReadonlyMap<string, string>;
  /** What `completion SHELL` prints, by the path below `completions/`. */
  readonly completions: ReadonlyMap<string, string>;
  /** The JSON Schemas of configurations and documents by the names of their files. */
  readonly schemas: ReadonlyMap<string, string>;
  /** systemd's unit of SNAPT. */
  readonly unit: string;
}

/** Starts the one program of Windows as the other: zip has no links, and a copy is another 40 MB. */
const SNAPT_CMD = '@"%~dp0cnapt.exe" snapt %*\r\n';

/** Everything below one folder, so that unpacking fills no folder by surprise. */
export function archiveFiles(
  folder: string,
  target: Target,
  program: Uint8Array,
  extras: Extras,
): readonly PackedFile[] {
  const windows = target.includes("windows");
  const at = (path: string) => `${folder}/${path}`;
  const text = (path: string, content: string) => plainFile(at(path), content);
  const programs: readonly PackedFile[] = windows
    ? [programFile(at("cnapt.exe"), program), programFile(at("snapt.cmd"), SNAPT_CMD)]
    : [
      programFile(at("cnapt"), program),
      { kind: "link", path: at("snapt"), to: at("cnapt") },
    ];
  return [
    ...programs,
    text("LICENSE", extras.license),
    text("README.md", extras.readme),
    ...[...extras.man].map(([name, page]) => text(`man/${name}`, page)),
    ...[...extras.completions].map(([name, script]) => text(`completions/${name}`, script)),
    ...[...extras.schemas].map(([name, schema]) => text(`schemas/${name}`, schema)),
    ...(target.includes("linux") ? [text("systemd/snapt.service", extras.unit)] : []),
  ];
}
