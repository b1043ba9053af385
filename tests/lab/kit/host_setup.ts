import { fileURLToPath } from "node:url";
import { LAB_UID, LAB_USER } from "./host.ts";

/** What a host has copies of: its administrator may write them, and the machine's must not change. */
const OWN_FILES: readonly string[] = ["hosts", "resolv.conf"];
const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

/** Where the project and Deno are to be found on every host of a lab in `directory`. */
export interface SharedPlaces {
  /** The project's folder, read-only by convention. */
  readonly project: string;
  /** The Deno that runs the tests. */
  readonly deno: string;
  /** For DENO_DIR: a cache that has what this project needs from npm. */
  readonly denoDirectory: string;
}

/** The places of a lab in `directory`. */
export function sharedPlaces(directory: string): SharedPlaces {
  return {
    project: `${directory}/project`,
    deno: `${directory}/deno`,
    denoDirectory: `${directory}/deno_dir`,
  };
}

/** Where a host of a lab in `directory` finds the machine's `/etc`, under its own. */
function machineEtc(directory: string): string {
  return `${directory}/etc`;
}

/** Makes what the setups of the hosts mount things on. */
export async function prepareDirectory(directory: string): Promise<void> {
  const places = sharedPlaces(directory);
  // Made private by Deno; the ordinary user of the hosts must get through to his home.
  await Deno.chmod(directory, 0o755);
  await Deno.mkdir(machineEtc(directory));
  await Deno.mkdir(places.project);
  await Deno.writeTextFile(places.deno, "");
  await Deno.mkdir(`${places.denoDirectory}/npm`, { recursive: true });
  await Deno.chmod(places.denoDirectory, 0o777);
}

/**
 * The shell lines that make a namespace a host of its own, without touching the machine: mounts are
 * seen by this host only.
 *
 * - an `/etc` of its own, with the machine's files, which nobody can write, and one more user: `lab`
 *   with a shell and a home, so that an ordinary user can run sshd and log in as himself
 * - terminals: a `/dev/pts` whose terminals belong to whoever opens them
 * - `/sys` shows this host's interfaces
 * - the project, Deno and its npm cache at places that every user can reach
 */
export async function hostSetup(
  directory: string,
  home: string,
  chownHome: boolean,
): Promise<string> {
  const places = sharedPlaces(directory);
  const etc = `${home}.etc`;
  await Deno.mkdir(home);
  if (chownHome) await Deno.chown(home, LAB_UID, LAB_UID);
  await makeEtc(etc, machineEtc(directory));
  await Deno.writeTextFile(
    `${etc}/passwd`,
    `root:x:0:0:root:/root:/bin/sh\n${LAB_USER}:x:${LAB_UID}:${LAB_UID}:lab:${home}:/bin/sh\n`,
  );
  // No group tty: sshd would want to give it the terminal, which an ordinary user may not.
  await Deno.writeTextFile(`${etc}/group`, `root:x:0:\n${LAB_USER}:x:${LAB_UID}:\n`);
  const npm = `${await denoDirectory()}/npm`;
  return `
mount --rbind /etc ${quote(machineEtc(directory))}
mount -o remount,bind,ro ${
    quote(machineEtc(directory))
  } || true # else only users' rights protect it
mount --bind ${quote(etc)} /etc
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /dev/pts
mount --bind /dev/pts/ptmx /dev/ptmx
mount -t sysfs sysfs /sys
mount --rbind ${quote(PROJECT)} ${quote(places.project)}
mount --bind ${quote(Deno.execPath())} ${quote(places.deno)}
if [ -d ${quote(npm)} ]; then mount --bind ${quote(npm)} ${quote(places.denoDirectory)}/npm; fi
for key in all default; do
  sysctl -qw net.ipv6.conf.$key.disable_ipv6=1 net.ipv4.conf.$key.rp_filter=0
done`;
}

/**
 * Fills `etc` with links to all that the machine has in its own, which will be seen at `machine`,
 * but for the users and `OWN_FILES`. Files mounted over the machine's would be gone as soon as a package, on its
 * installation, puts new ones in their place.
 */
async function makeEtc(etc: string, machine: string): Promise<void> {
  await Deno.mkdir(etc);
  for await (const { name, isSymlink } of Deno.readDir("/etc")) {
    if (name === "passwd" || name === "group") continue;
    if (OWN_FILES.includes(name)) {
      await Deno.writeTextFile(`${etc}/${name}`, await Deno.readTextFile(`/etc/${name}`));
      continue;
    }
    const target = isSymlink ? await Deno.readLink(`/etc/${name}`) : `${machine}/${name}`;
    await Deno.symlink(target, `${etc}/${name}`);
  }
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const info: unknown = JSON.parse(new TextDecoder().decode(stdout));
  if (typeof info === "object" && info !== null && "denoDir" in info) return String(info.denoDir);
  throw new TypeError("Cannot find the cache of Deno: not in the output of deno info");
}

function quote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
