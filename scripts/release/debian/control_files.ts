/** What tells dpkg about the package: control, sums, and what runs when it comes and goes. */
import { createHash } from "node:crypto";
import type { Release } from "../release_target.ts";
import { type PackedFile, plainFile, programFile } from "../packed_file.ts";

/**
 * Makes the service's user and the folder of its state, and nothing else: SNAPT has no
 * configuration yet, which `snapt init` writes, so that it is not started. An upgrade restarts what runs.
 */
const POSTINST = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if command -v systemd-sysusers >/dev/null; then
    systemd-sysusers snapt.conf
    install -d -o snapt -g snapt -m 0700 /var/lib/snapt
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload || true
    if [ -n "$2" ]; then systemctl try-restart snapt.service || true; fi
  fi
fi
exit 0
`;

/** Stops the service when the package goes, not when a newer one comes. */
const PRERM = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --no-reload disable --now snapt.service || true
fi
exit 0
`;

/**
 * Takes configuration and state away when the package is purged: identity and clients are in it. The user
 * stays, as Debian wants it, so that its number never belongs to somebody else.
 */
const POSTRM = `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/snapt /etc/snapt
fi
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload || true
fi
exit 0
`;

/** The files of control.tar. */
export function controlFiles(
  data: readonly PackedFile[],
  release: Release,
): readonly PackedFile[] {
  const files = data.filter((file) => file.kind === "file");
  const kilobytes = files.reduce((sum, { bytes }) => sum + Math.ceil(bytes.length / 1024), 0);
  const sums = data.map((file) => `${md5(contentOf(file, files))}  ${file.path}\n`);
  return [
    plainFile("control", control(release, kilobytes)),
    plainFile("md5sums", sums.sort().join("")),
    programFile("postinst", POSTINST),
    programFile("prerm", PRERM),
    programFile("postrm", POSTRM),
  ];
}

/** Of a link, that of the file it leads to. */
function contentOf(file: PackedFile, files: readonly PackedFile[]): Uint8Array {
  if (file.kind === "file") return file.bytes;
  const target = files.find(({ path }) => file.to === `./${path}`);
  if (target?.kind !== "file") {
    throw new TypeError(`Cannot pack ${file.path}: ${file.to} is missing`);
  }
  return target.bytes;
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function control({ version, homepage, maintainer }: Release, kilobytes: number): string {
  return `Package: cnapt
Version: ${version}
Architecture: amd64
Maintainer: ${maintainer}
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.27), libgcc-s1, procps
Recommends: systemd | systemd-standalone-sysusers
Section: net
Priority: optional
Homepage: ${homepage}
Description: connections that outlive the network they started on
 CNAPT runs beside clients (ssh, a database tool, a browser) and SNAPT beside
 servers. Between them each TCP connection and UDP conversation moves to
 another network, planned or because a cable was pulled, and no byte is lost.
 .
 The package has both programs, and a service for SNAPT that is not started
 before it has a configuration.
`;
}
