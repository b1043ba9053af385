import { join } from "node:path";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { asUsersDo, type Finished, type ProgramName, run, Running } from "../kit/program.ts";

const SNAPT_YAML = "listen: 127.0.0.1:0\nstatus: off\nservices:\n  ssh: { to: 127.0.0.1:22 }\n";
const FILES = ["snapt.clients.json", "snapt.identity.json", "snapt.invitations.json"];

/** A folder with the places that an ordinary user has: the kit's variables lead there. */
async function atPlaces(
  test: (places: { folder: string; config: string; state: string }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const config = join(folder, "no-config", "snapt");
    await Deno.mkdir(config, { recursive: true });
    await Deno.writeTextFile(join(config, "snapt.yaml"), SNAPT_YAML);
    await test({ folder, config, state: join(folder, "no-state", "snapt") });
  });
}

function expectDone(done: Finished): Finished {
  assertEquals(done.code, 0, done.err);
  return done;
}

function filesIn(folder: string): readonly string[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  return names.filter((name) => name.endsWith(".json")).sort();
}

async function snapt(folder: string, config: string, ...words: string[]): Promise<Finished> {
  return await run("snapt", folder, [...words, "--config", join(config, "snapt.yaml")]);
}

const INVITE = ["invite", "laptop", "--address", "127.0.0.1:7787"];
const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "state is apart from a configuration in the user's place",
  ignore,
  fn: () =>
    atPlaces(async ({ folder, config, state }) => {
      expectDone(await snapt(folder, config, "init"));
      expectDone(await snapt(folder, config, ...INVITE));
      assertEquals(filesIn(config), []);
      assertEquals(filesIn(state), FILES.filter((name) => name !== "snapt.clients.json"));
      assertEquals((await Deno.stat(state)).mode ?? 0, 0o040700);
      const { out } = await snapt(folder, config, "check");
      assert(out.includes(`What SNAPT keeps is in ${state}.`), out);
    }),
});

Deno.test({
  name:
    "what lies beside the configuration is used by commands, and moved by the program that runs",
  ignore,
  fn: () =>
    atPlaces(async ({ folder, config, state }) => {
      // As an earlier version left them.
      expectDone(await snapt(folder, config, "init", "--state", config));
      expectDone(await snapt(folder, config, ...INVITE, "--offline", "--state", config));
      const before = filesIn(config);
      assertEquals(before, ["snapt.clients.json", "snapt.identity.json"]);
      assert((await snapt(folder, config, "list")).out.startsWith("laptop"));
      assertEquals(filesIn(config), before);

      await using running = new Running("snapt", folder, [
        "run",
        "--config",
        join(config, "snapt.yaml"),
      ]);
      await running.line(/ listening /);
      assertEquals(running.log.match(/ state-moved /g)?.length, 2, running.log);
      assertEquals([filesIn(config), filesIn(state)], [[], before]);
      assert((await snapt(folder, config, "list")).out.startsWith("laptop"));
    }),
});

/** Programs from their sources need what was fetched for the true home. */
function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
}

/** Root may write everywhere; in a namespace of users it is somebody who may not. */
async function asOrdinaryUser(
  name: ProgramName,
  folder: string,
  words: readonly string[],
): Promise<Finished> {
  const child = new Deno.Command("unshare", {
    args: ["-U", "--map-user=1000", ...asUsersDo(name), ...words],
    cwd: folder,
    env: {
      NO_COLOR: "1",
      HOME: folder,
      XDG_CONFIG_HOME: "",
      XDG_STATE_HOME: "",
      DENO_DIR: denoDir(),
    },
  });
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const hasUsers = !ignore && (await new Deno.Command("unshare", {
  args: ["-U", "--map-user=1000", "true"],
  stderr: "null",
}).output()).success;
if (!hasUsers) console.log("SKIPPED the places of an ordinary user: no namespace of users here");

Deno.test({
  name: "an ordinary user who names nothing has files in the usual places",
  ignore: !hasUsers,
  fn: () =>
    inFolder(async (folder) => {
      const snapt = (...words: string[]) => asOrdinaryUser("snapt", folder, words);
      const before = await snapt("list");
      assertEquals(before.code, 78, before.out);
      const { out } = expectDone(await snapt("init"));
      const file = `${folder}/.config/snapt/snapt.yaml`;
      assert(
        out.includes(`Wrote ${file} and ${folder}/.local/state/snapt/snapt.identity.json.`),
        out,
      );
      const ticket = expectDone(await snapt(...INVITE, "--offline")).out.trim();
      const joined = expectDone(
        await asOrdinaryUser("cnapt", folder, ["join", ticket, "--no-ssh"]),
      );
      assert(joined.out.includes(`Wrote ${folder}/.config/cnapt/cnapt.yaml: site `), joined.out);
      assert(expectDone(await snapt("list")).out.startsWith("laptop"));
    }),
});

Deno.test({
  name: "a configuration in a folder that is read-only works, and state that is read-only says so",
  ignore: !hasUsers,
  fn: () =>
    inFolder(async (folder) => {
      const sealed = join(folder, "sealed");
      await Deno.mkdir(sealed);
      await Deno.writeTextFile(join(sealed, "snapt.yaml"), SNAPT_YAML);
      await Deno.chmod(sealed, 0o500);
      const named = ["--config", join(sealed, "snapt.yaml")];
      expectDone(await asOrdinaryUser("snapt", folder, ["init", ...named]));
      expectDone(await asOrdinaryUser("snapt", folder, [...INVITE, ...named]));
      const [own] = [...Deno.readDirSync(`${folder}/.local/state/snapt`)];
      assert(/^of-[0-9a-f]{12}$/.test(own?.name ?? ""), own?.name);

      const state = `${folder}/.local/state/snapt/${own?.name}`;
      await Deno.chmod(state, 0o500);
      const refused = await asOrdinaryUser("snapt", folder, [
        "invite",
        "other",
        ...INVITE.slice(2),
        ...named,
      ]);
      assertEquals(refused.code, 1, refused.err);
      assert(refused.err.includes(`Cannot write ${state}/snapt.invitations.json`), refused.err);
      await Deno.chmod(state, 0o700);
    }),
});

/**
 * `$0`: a folder; `$@`: snapt. Nothing is written to the machine: /etc is a layer over its own, and
 * /var/lib another folder.
 */
const AS_ROOT = `
layer=$0/layer
mkdir "$layer" && mount -t tmpfs none "$layer" && mkdir "$layer/up" "$layer/work" &&
  mount -t overlay none /etc -o "lowerdir=/etc,upperdir=$layer/up,workdir=$layer/work" &&
  mount -t tmpfs none /var/lib || exit 99
cd "$0" && umask 027 && "$@" && stat -c '%a' /etc/snapt /etc/snapt/snapt.yaml \
  /var/lib/snapt /var/lib/snapt/snapt.identity.json`;

async function asRoot(folder: string, words: readonly string[]): Promise<Deno.CommandOutput> {
  return await new Deno.Command("unshare", {
    args: ["-U", "--map-root-user", "--mount", "sh", "-c", AS_ROOT, folder, ...words],
    env: { NO_COLOR: "1", HOME: folder, SNAPT_CONFIG: "", DENO_DIR: denoDir() },
  }).output();
}

const hasLayers = hasUsers && Deno.uid() === 0 &&
  (await inFolder((folder) => asRoot(folder, ["true"]))).code !== 99;
if (!hasLayers) console.log("SKIPPED what root writes for a service: no layer over /etc here");

Deno.test({
  name: "a service of another user may read the configuration that root makes, and no secret",
  ignore: !hasLayers,
  fn: () =>
    inFolder(async (folder) => {
      const { stdout, stderr } = await asRoot(folder, [...asUsersDo("snapt"), "init"]);
      const modes = new TextDecoder().decode(stdout).trimEnd().split("\n").slice(-4);
      assertEquals(modes, ["755", "644", "700", "600"], new TextDecoder().decode(stderr));
    }),
});

/** `$0`: a folder; `$@`: snapt. A line for each command: its exit code and what it says. */
const ON_FULL_DISK = `
full=$0/full to='--address 127.0.0.1:7787'
mkdir "$full" && mount -t tmpfs -o size=64k none "$full" || exit 99
for words in init "invite one --offline $to" fill "invite two --offline $to" "invite two $to" \
  'revoke one' list
do
  if [ "$words" = fill ]; then dd if=/dev/zero of="$full/fill" bs=1k 2>/dev/null; continue; fi
  said=$("$@" $words --config "$0/snapt.yaml" --state "$full" 2>&1); echo "$? $said"
done`;

Deno.test({
  name: "state that is full says so, and keeps what it had",
  ignore: !hasUsers,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "snapt.yaml"), SNAPT_YAML);
      const { stdout, stderr } = await new Deno.Command("unshare", {
        args: ["-U", "--map-root-user", "--mount", "sh", "-c", ON_FULL_DISK, folder].concat(
          asUsersDo("snapt"),
        ),
        env: { NO_COLOR: "1" },
      }).output();
      const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
      const [list = "", ...refused] = lines.slice(-4).reverse();
      assertEquals(refused.length, 3, new TextDecoder().decode(stderr));
      for (const line of refused) {
        assert(/^1 Cannot write .*\.json: No space left on device/.test(line), line);
      }
      assert(/^0 one +invited /.test(list), list);
    }),
});
