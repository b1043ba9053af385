/**
 * The Debian package as dpkg installs, upgrades, removes and purges it, with its scripts, in a
 * layer over this machine that is thrown away. `DEBIAN_ROOT` names a folder made by debootstrap
 * that is taken instead of this machine; docs/releasing.md says how.
 */
import { debianPackage } from "../../../scripts/release/debian/debian_package.ts";
import { GZIP } from "../../../scripts/release/packers.ts";
import { assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { EXTRAS, PROGRAM, RELEASE, said } from "../../unit/scripts/release/kit.ts";

const TESTS = "the test that installs the Debian package";

/** Below it is the system that gets the package; it is never written to. */
const BELOW = Deno.env.get("DEBIAN_ROOT") ?? "/";

/** Lays `upper` over `BELOW`; what is mounted goes with the namespace that it was mounted in. */
const LAYER = `set -e
mount -t tmpfs tmpfs "$1/layer"
mkdir "$1/layer/upper" "$1/layer/work" "$1/layer/root"
mount -t overlay overlay "$1/layer/root" \
  -o "lowerdir=$2,upperdir=$1/layer/upper,workdir=$1/layer/work"
`;

/** What an administrator does, and what there is after each step. */
const STEPS = `set -e
dpkg --no-triggers -i /old.deb >&2
echo "installed: $(getent passwd snapt | cut -d : -f 1,6,7), $(stat -c '%U:%G %a' /var/lib/snapt)"
runuser -u snapt -- sh -c 'umask 077; snapt "$(id -un)" >/var/lib/snapt/snapt.identity.json'
echo "ran: $(stat -c '%U %a' /var/lib/snapt/snapt.identity.json)," \
  "$(cat /var/lib/snapt/snapt.identity.json)"
dpkg --no-triggers -i /new.deb >&2
echo "upgraded: $(snapt now), $(cnapt now), $(ls /var/lib/snapt), $(dpkg --verify cnapt)"
dpkg --no-triggers -r cnapt >&2
echo "removed: $(command -v snapt cnapt), $(ls /var/lib/snapt)"
dpkg --no-triggers -i /old.deb >&2
echo "downgraded: $(snapt now), $(ls /var/lib/snapt)"
dpkg --no-triggers -P cnapt >&2
test ! -e /var/lib/snapt
echo "purged: $(dpkg -l cnapt 2>/dev/null | grep cnapt), $(getent passwd snapt | cut -d : -f 1)"
`;

/** What may have changed when the package has gone: dpkg's own files, and the list of users. */
const LEFT = `
cd "$1/layer/upper"
find . -type f ! -path './var/lib/dpkg/*' ! -path './var/log/*' ! -path './var/cache/*' \
  ! -path './etc/passwd*' ! -path './etc/group*' ! -path './etc/shadow*' ! -path './etc/gshadow*' \
  ! -path './etc/.pwd.lock' ! -name '*.deb' ! -name steps.sh | sed 's/^/left: /'
`;

const TRIAL = `${LAYER}
cp "$1/old.deb" "$1/new.deb" "$1/steps.sh" "$1/layer/root/"
mount -t proc proc "$1/layer/root/proc"
mount --bind /dev "$1/layer/root/dev"
chroot "$1/layer/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C sh /steps.sh
${LEFT}`;

/** Runs a script where all that it mounts and starts ends with it. */
function apart(script: string, folder: string): Promise<string> {
  const flags = ["--mount", "--pid", "--fork", "--kill-child"];
  return said("unshare", [...flags, "sh", "-c", script, "sh", folder, BELOW]);
}

async function lacksLayers(): Promise<boolean> {
  if (lacksProgram("dpkg", TESTS) || lacksProgram("unshare", TESTS)) return true;
  try {
    await inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/layer`);
      await apart(`${LAYER} test -e "$1/layer/root/usr/bin/systemd-sysusers"`, folder);
    });
    return false;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.log(`SKIPPED ${TESTS}: no layer can be laid over ${BELOW} here: ${error.message}`);
    return true;
  }
}

Deno.test(
  "the Debian package installs, upgrades, goes and leaves nothing when it is purged",
  { ignore: await lacksLayers() },
  () =>
    inFolder(async (folder) => {
      const newer = { ...RELEASE, version: "1.2.4" };
      const newProgram = new TextEncoder().encode(
        new TextDecoder().decode(PROGRAM).replace(RELEASE.version, newer.version),
      );
      await Deno.mkdir(`${folder}/layer`);
      await Deno.writeFile(
        `${folder}/old.deb`,
        await debianPackage(PROGRAM, EXTRAS, RELEASE, GZIP),
      );
      await Deno.writeFile(
        `${folder}/new.deb`,
        await debianPackage(newProgram, EXTRAS, newer, GZIP),
      );
      await Deno.writeTextFile(`${folder}/steps.sh`, STEPS);
      assertEquals((await apart(TRIAL, folder)).trim().split("\n"), [
        "installed: snapt:/var/lib/snapt:/usr/sbin/nologin, snapt:snapt 700",
        "ran: snapt 600, snapt 1.2.3 snapt",
        "upgraded: snapt 1.2.4 now, cnapt 1.2.4 now, snapt.identity.json, ",
        "removed: , snapt.identity.json",
        "downgraded: snapt 1.2.3 now, snapt.identity.json",
        "purged: , snapt",
      ]);
    }),
);
