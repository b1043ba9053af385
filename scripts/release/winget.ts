/** The three manifests with which `winget install` takes the release. */
import { archiveName, downloadUrl, type Release } from "./release_target.ts";

const SCHEMA_VERSION = "1.6.0";

/**
 * Each manifest by the name of its file.
 *
 * @param sums SHA-256 in hex by the name of the file
 * @returns none where the archive of Windows is not there
 */
export function wingetManifests(
  release: Release,
  sums: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const { version, homepage, wingetId } = release;
  const archive = archiveName("x86_64-pc-windows-msvc", version, "zip");
  const sum = sums.get(archive);
  if (sum === undefined) return new Map();
  const manifest = (type: string, ...lines: readonly string[]) =>
    [
      `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${type}.${SCHEMA_VERSION}.schema.json`,
      `PackageIdentifier: ${wingetId}`,
      `PackageVersion: ${version}`,
      ...lines,
      `ManifestType: ${type}`,
      `ManifestVersion: ${SCHEMA_VERSION}`,
    ].join("\n") + "\n";
  const folder = archive.replace(/\.zip$/, "");
  return new Map([
    [`${wingetId}.yaml`, manifest("version", "DefaultLocale: en-US")],
    [
      `${wingetId}.installer.yaml`,
      manifest(
        "installer",
        "InstallerType: zip",
        "NestedInstallerType: portable",
        "NestedInstallerFiles:",
        `- RelativeFilePath: ${folder}\\cnapt.exe`,
        "  PortableCommandAlias: cnapt",
        "Installers:",
        "- Architecture: x64",
        `  InstallerUrl: ${downloadUrl(release, archive)}`,
        `  InstallerSha256: ${sum.toUpperCase()}`,
      ),
    ],
    [
      `${wingetId}.locale.en-US.yaml`,
      manifest(
        "defaultLocale",
        "PackageLocale: en-US",
        "Publisher: The CNAPT and SNAPT authors",
        "PackageName: CNAPT",
        `PackageUrl: ${homepage}`,
        "License: MIT",
        "ShortDescription: Connections that outlive the network they started on",
        "Moniker: cnapt",
        // winget links one name only to one file.
        'InstallationNotes: "`cnapt snapt COMMAND` is the side of the servers."',
      ),
    ],
  ]);
}
