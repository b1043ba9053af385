import { watchInterfaceEvents } from "../../../lib/net/interface_events.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  CAN_TAKE_DESCRIPTORS,
  withoutDescriptors,
} from "../../whole_process/without_descriptors.ts";

const ignore = Deno.build.os === "windows";
const LIMIT_MS = 20_000;

Deno.test("each thing that the system's monitor says is a change", { ignore }, async () => {
  const stopping = new AbortController();
  const said = Promise.withResolvers<readonly string[]>();
  const watching = watchInterfaceEvents(stopping.signal, said.resolve, [
    "sh",
    "-c",
    "echo 2: eth0; exec sleep 60",
  ]);
  assertEquals(await said.promise, ["eth0"]);
  stopping.abort();
  assertEquals(await watching, null);
});

Deno.test("a monitor that is not installed is no mistake", { ignore }, async () => {
  const { signal } = new AbortController();
  assertEquals(
    await watchInterfaceEvents(signal, () => {}, ["no-such-ip"]),
    "no-such-ip is not installed",
  );
});

Deno.test("nothing is started when it was called off before", async () => {
  assertEquals(await watchInterfaceEvents(AbortSignal.abort(), () => {}), null);
});

Deno.test("the monitor ends when the program that watches is killed", { ignore }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const module = new URL("../../../lib/net/interface_events.ts", import.meta.url).href;
    const script = `${folder}/watch.ts`;
    await Deno.writeTextFile(
      script,
      `import { watchInterfaceEvents } from ${JSON.stringify(module)};
await watchInterfaceEvents(new AbortController().signal, () => console.log("ready"), [
  "sh", "-c", "echo $$ > ${folder}/pid; echo up; exec sleep 60"]);`,
    );
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-A", "--no-config", "--no-check", script],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = parent.stdout.getReader();
    await reader.read();
    const pid = Number(await Deno.readTextFile(`${folder}/pid`));
    assert(isRunning(pid));
    parent.kill("SIGKILL");
    await parent.status;
    await reader.cancel();
    const deadline = performance.now() + LIMIT_MS;
    while (isRunning(pid) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert(!isRunning(pid), `the monitor ${pid} outlived its program`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A process that has ended and was not waited for yet runs no more. */
function isRunning(pid: number): boolean {
  const { stdout } = new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] })
    .outputSync();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

Deno.test(
  "the monitor ends also when Ctrl-C has reached all that watches it",
  { ignore },
  async () => {
    const stopping = new AbortController();
    const said = Promise.withResolvers<readonly string[]>();
    // On a terminal every process of the group gets it; here the monitor gives it to the one before it.
    const watching = watchInterfaceEvents(stopping.signal, said.resolve, [
      "sh",
      "-c",
      "kill -INT $PPID; echo 2: eth0; exec sleep 60",
    ]);
    await said.promise;
    stopping.abort();
    const late = Promise.withResolvers<string>();
    const limit = setTimeout(() => late.resolve("the monitor goes on"), LIMIT_MS);
    assertEquals(await Promise.race([watching, late.promise]), null);
    clearTimeout(limit);
  },
);

Deno.test("the monitor is started as soon as there are descriptors for it", {
  ignore: !CAN_TAKE_DESCRIPTORS,
}, async () => {
  const stopping = new AbortController();
  const said = Promise.withResolvers<readonly string[]>();
  const monitor = ["sh", "-c", "echo 2: eth0; exec sleep 60"];
  const watching = withoutDescriptors(() =>
    watchInterfaceEvents(stopping.signal, said.resolve, monitor)
  );
  await said.promise;
  stopping.abort();
  assertEquals(await watching, null);
});
