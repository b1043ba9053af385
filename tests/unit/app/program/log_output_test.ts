import { LogOutput } from "../../../../lib/app/program/log_output.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** Takes bytes, stalls, or fails as the system does, as a test likes. */
class Disk {
  text = "";
  failure: Error | null = null;
  /** So many bytes at once. */
  takes = Infinity;
  #stalled: PromiseWithResolvers<void> | null = null;

  async write(bytes: Uint8Array): Promise<number> {
    await this.#stalled?.promise;
    if (this.failure !== null) throw this.failure;
    const taken = bytes.subarray(0, this.takes);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }

  stall(): void {
    this.#stalled = Promise.withResolvers();
  }
  goOn(): void {
    this.#stalled?.resolve();
    this.#stalled = null;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code} (os error 28)`), { code });
}

for (const code of ["ENOSPC", "EIO", "EAGAIN"]) {
  Deno.test(`lines that ${code} keeps out are counted in front of the next one`, async () => {
    const disk = new Disk();
    const output = new LogOutput(disk);
    disk.failure = systemError(code);
    for (let i = 0; i < 3; i++) output.line("lost");
    await output.flush();
    disk.failure = null;
    output.line("written");
    output.line("also");
    await output.flush();
    const [lost = "", ...rest] = disk.text.split("\n");
    assert(/^\S+ warn log-lost lines=3 reason="E/.test(lost), lost);
    assertEquals(rest, ["written", "also", ""]);
  });
}

Deno.test("a reader that has gone ends nothing", async () => {
  const disk = new Disk();
  const output = new LogOutput(disk);
  disk.failure = new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
  output.line("lost");
  await output.flush();
  assertEquals(disk.text, "");
});

Deno.test("a line that is taken in pieces is whole", async () => {
  const disk = new Disk();
  disk.takes = 3;
  const output = new LogOutput(disk);
  output.line("0123456789");
  await output.flush();
  assertEquals(disk.text, "0123456789\n");
});

Deno.test("a line that was cut off does not run into the next one", async () => {
  const disk = new Disk();
  disk.takes = 4;
  const output = new LogOutput({
    write: (bytes) => {
      if (disk.text === "cut ") disk.failure = systemError("ENOSPC");
      return disk.write(bytes);
    },
  });
  output.line("cut off");
  await output.flush();
  assertEquals(disk.text, "cut ");
  Object.assign(disk, { text: "cut :", failure: null, takes: Infinity });
  output.line("next");
  await output.flush();
  assert(/^cut :\n\S+ warn log-lost lines=1 .*\nnext\n$/.test(disk.text), disk.text);
});

Deno.test("lines wait in their order while their reader stalls", async () => {
  const disk = new Disk();
  const output = new LogOutput(disk);
  disk.stall();
  for (const line of ["one", "two", "three"]) output.line(line);
  assertEquals(disk.text, "");
  disk.goOn();
  output.text("a question? ");
  output.line("four");
  await output.flush();
  assertEquals(disk.text, "one\ntwo\nthree\na question? four\n");
});

Deno.test("lines that a stalled reader leaves no room for are counted where they are missing", async () => {
  const disk = new Disk();
  const output = new LogOutput(disk);
  disk.stall();
  const long = "x".repeat(1023);
  for (let i = 0; i < 1_024 + 5; i++) output.line(long);
  disk.goOn();
  await output.flush();
  output.line("next");
  await output.flush();
  const lines = disk.text.split("\n");
  assertEquals(lines.filter((line) => line === long).length, 1_024);
  const [lost = "", ...rest] = lines.slice(1_024);
  assert(/^\S+ warn log-lost lines=5 reason="nobody read the log in time"$/.test(lost), lost);
  assertEquals(rest, ["next", ""]);
});

Deno.test("a program that ends waits for its last lines, but not for a reader that stalls", async () => {
  const disk = new Disk();
  const output = new LogOutput(disk);
  disk.stall();
  output.line("last");
  await output.flush();
  assertEquals(disk.text, "");
  disk.goOn();
  await output.flush();
  assertEquals(disk.text, "last\n");
});
