import { MAX_FILE_LINES } from "../../../scripts/lint/file_shape.ts";
import plugin from "../../../scripts/lint/plugin.ts";
import { assertEquals } from "../../assert.ts";

/** A source, where it lies, and how often a rule must object to it. */
type Row = readonly [path: string, source: string, hits: number];

function rowsOf(rule: string, rows: readonly Row[]): void {
  for (const [path, source, hits] of rows) {
    const verb = hits === 0 ? "accepts" : "reports";
    Deno.test(`${rule} ${verb} ${source.slice(0, 70)} in ${path}`, () => {
      const found = Deno.lint.runPlugin(plugin, path, source)
        .filter((diagnostic) => diagnostic.id === `cnapt/${rule}`);
      assertEquals(found.length, hits, found.map((one) => one.message).join("\n"));
    });
  }
}

rowsOf("layers", [
  ["lib/relay/site/a.ts", 'import { b } from "../../net/b.ts";', 0],
  ["lib/relay/site/a.ts", 'import { b } from "./b.ts";', 0],
  ["lib/relay/site/a.ts", 'import { b } from "../../core/wire/b.ts";', 0],
  ["lib/app/cnapt/a.ts", 'import { b } from "../../status/b.ts";', 0],
  ["lib/net/a.ts", 'import { b } from "../config/b.ts";', 0],
  ["lib/net/a.ts", 'import net from "node:net";', 0],
  ["lib/status/a.ts", 'import { Hono } from "hono";', 0],
  ["cnapt.ts", 'import { b } from "./lib/app/b.ts";', 0],
  ["lib/net/a.ts", 'import { b } from "../relay/b.ts";', 1],
  ["lib/net/a.ts", 'import type { B } from "../relay/b.ts";', 1],
  ["lib/config/a.ts", 'import { b } from "../net/b.ts";', 1],
  ["lib/core/wire/a.ts", 'import { b } from "../../config/b.ts";', 1],
  ["lib/status/a.ts", 'export { b } from "../app/b.ts";', 1],
  ["lib/status/a.ts", 'export * from "../app/b.ts";', 1],
  ["lib/relay/site/a.ts", 'const b = await import("../../status/b.ts");', 1],
  ["lib/relay/site/a.ts", 'type B = import("../../status/b.ts").B;', 1],
  ["lib/relay/site/a.ts", "const b = await import(name);", 1],
  ["lib/app/cnapt/a.ts", 'import "../../../cnapt.ts";', 1],
  ["lib/app/cnapt/a.ts", 'import { b } from "../../../tests/assert.ts";', 1],
  ["lib/app/cnapt/a.ts", 'import { b } from "../../other/b.ts";', 1],
  ["lib/other/a.ts", 'import { b } from "../app/b.ts";', 1],
  ["lib/status/a.ts", 'import { Hono } from "npm:hono@4";', 1],
  ["lib/status/a.ts", 'import { b } from "https://example.org/b.ts";', 1],
  ["tests/unit/a_test.ts", 'import { b } from "../../lib/app/b.ts";', 0],
  ["scripts/a.ts", 'import { b } from "../cnapt.ts";', 0],
  ["cnapt.ts", 'import "./snapt.ts";', 1],
  // Between the folders of a layer.
  ["lib/relay/site/a.ts", 'import { b } from "../session/b.ts";', 0],
  ["lib/relay/session/a.ts", 'import { b } from "../site/b.ts";', 1],
  ["lib/relay/run/a.ts", 'import type { B } from "../network/b.ts";', 1],
  ["lib/relay/link/direct/a.ts", 'import { b } from "../b.ts";', 0],
  ["lib/relay/link/a.ts", 'import { b } from "./direct/b.ts";', 1],
  ["lib/relay/datagram/a.ts", 'import { b } from "./sealing/b.ts";', 0],
  ["lib/relay/datagram/sealing/a.ts", 'import { b } from "../b.ts";', 1],
  ["lib/app/commands/a.ts", 'import { b } from "../doctor/b.ts";', 0],
  ["lib/app/program/a.ts", 'import { b } from "../commands/b.ts";', 1],
  ["lib/app/cnapt/a.ts", 'import { b } from "../snapt/b.ts";', 1],
  ["lib/core/session/cnapt/a.ts", 'import { b } from "../streams/b.ts";', 0],
  ["lib/core/session/cnapt/a.ts", 'import { b } from "../../exhaustive.ts";', 0],
  ["lib/core/session/a.ts", 'import { b } from "./cnapt/b.ts";', 1],
  ["lib/core/session/snapt/a.ts", 'import { b } from "../cnapt/b.ts";', 1],
  ["lib/relay/a.ts", "export const a = 1;", 1],
  ["lib/relay/misc/a.ts", "export const a = 1;", 1],
  ["lib/relay/site/a.ts", 'import { b } from "../misc/b.ts";', 1],
]);

rowsOf("import-circles", [
  // The other files are those of the project.
  ["lib/relay/run/whose_fault.ts", 'import { TaskGroup } from "./task_group.ts";', 1],
  ["lib/relay/run/whose_fault.ts", 'import type { TaskGroup } from "./task_group.ts";', 1],
  ["lib/relay/run/mistake_log.ts", 'export * from "./task_group.ts";', 1],
  ["lib/relay/run/a.ts", 'import { a } from "./a.ts";', 1],
  ["lib/relay/run/task_group.ts", 'import { whoseFault } from "./whose_fault.ts";', 0],
  ["lib/relay/run/task_group.ts", 'import { load } from "js-yaml";', 0],
  ["tests/a.ts", 'import { a } from "./a.ts";', 0],
]);

rowsOf("pure-core", [
  ["lib/core/a.ts", "Deno.exit(1);", 1],
  ["lib/core/a.ts", "const now = Date.now();", 1],
  ["lib/core/a.ts", "const now = new Date();", 1],
  ["lib/core/a.ts", "const clock = Date;", 1],
  ["lib/core/a.ts", "const now = performance.now();", 1],
  ["lib/core/a.ts", "const x = Math.random();", 1],
  ["lib/core/a.ts", 'const x = Math["random"]();', 1],
  ["lib/core/a.ts", "const { random } = Math;", 1],
  ["lib/core/a.ts", "crypto.getRandomValues(bytes);", 1],
  ["lib/core/a.ts", "setTimeout(f, 1);", 1],
  ["lib/core/a.ts", "setInterval(f, 1);", 1],
  ["lib/core/a.ts", "globalThis.setTimeout(f, 1);", 1],
  ["lib/core/a.ts", "queueMicrotask(f);", 1],
  ["lib/core/a.ts", "console.log(1);", 1],
  ["lib/core/a.ts", "const runtime = { Deno };", 1],
  ["lib/core/a.ts", "async function f() {}", 1],
  ["lib/core/a.ts", "const f = async () => 1;", 1],
  ["lib/core/a.ts", "class A { async f() { await g(); } }", 2],
  ["lib/core/a.ts", "for await (const a of b) f(a);", 1],
  ["lib/core/a.ts", "export function f(): Promise<void> { return g(); }", 1],
  ["lib/core/a.ts", 'import net from "node:net";', 1],
  ["lib/core/a.ts", 'import { load } from "js-yaml";', 1],
  ["lib/core/a.ts", 'import { b } from "../net/b.ts";', 1],
  ["lib/core/a.ts", 'const b = import("./b.ts");', 1],
  ["lib/core/a.ts", "let count = 0;", 1],
  ["lib/core/a.ts", "export let count = 0;", 1],
  ["lib/core/wire/a.ts", 'import { b } from "../session/b.ts";', 0],
  ["lib/core/a.ts", "const day = new Date(ms).getUTCDay();", 0],
  ["lib/core/a.ts", "const x = Math.max(1, 2);", 0],
  ["lib/core/a.ts", "const a = { performance: 1, Deno: 2 }; f(a.performance, a.Deno);", 0],
  ["lib/core/a.ts", "interface A { crypto: number; fetch(): void; at: Date }", 0],
  ["lib/core/a.ts", "class A { process = 1; fetch() {} }", 0],
  ["lib/core/a.ts", "function* f() { let n = 0; yield n++; }", 0],
  ["lib/net/a.ts", "await Deno.stat(String(Date.now() + Math.random()));", 0],
  ["tests/unit/core/a_test.ts", "setTimeout(f, 1);", 0],
]);

rowsOf("network-in-net", [
  ["lib/relay/a.ts", 'import net from "node:net";', 1],
  ["lib/app/a.ts", 'const os = await import("node:os");', 1],
  ["lib/relay/a.ts", "await Deno.connect({ port: 1 });", 1],
  ["lib/config/a.ts", "Deno.networkInterfaces();", 1],
  ["lib/app/a.ts", "new Deno.UnsafeCallback(d, f);", 1],
  ["lib/app/a.ts", 'import { parseArgs } from "node:util"; await Deno.readTextFile("x");', 0],
  ["lib/status/a.ts", "Deno.serve(handler);", 0],
  ["lib/net/a.ts", 'import net from "node:net"; Deno.connect({ port: 1 });', 0],
  ["tests/lab/a.ts", 'import net from "node:net";', 0],
]);

rowsOf("passed-in-clock", [
  ["lib/relay/link/a.ts", 'import { monotonicMs } from "../../net/clock.ts";', 1],
  ["lib/relay/link/a.ts", "const now = Date.now();", 1],
  ["lib/relay/link/a.ts", "const now = new Date();", 1],
  ["lib/relay/link/a.ts", "const now = Date();", 1],
  ["lib/relay/link/a.ts", "const now = performance.now();", 1],
  ["lib/relay/link/a.ts", "setTimeout(f, 1);", 1],
  ["lib/relay/link/a.ts", "globalThis.setInterval(f, 1);", 1],
  ["lib/relay/link/a.ts", "const signal = AbortSignal.timeout(5);", 1],
  ["lib/relay/link/a.ts", "const now = tasks.now(); tasks.timer(5, f);", 0],
  ["lib/relay/link/a.ts", "const day = new Date(tasks.date().getTime()).toISOString();", 0],
  ["lib/relay/link/a.ts", "function f(at: Date): Date { return new Date(at); }", 0],
  ["lib/relay/link/a.ts", "interface A { performance: number; timeout: number }", 0],
  ["lib/relay/link/a.ts", "const signal = AbortSignal.any([a, b]); options.timeout = 1;", 0],
  ["lib/relay/run/system_clock.ts", "setTimeout(f, Date.now());", 0],
  ["lib/net/a.ts", "setTimeout(f, 1);", 0],
]);

rowsOf("printable-output", [
  ["lib/app/commands/a.ts", "console.log(text);", 1],
  ["lib/app/commands/a.ts", "console.error(text);", 1],
  ["lib/relay/link/a.ts", "globalThis.console.log(text);", 1],
  ["lib/app/commands/a.ts", "Deno.stdout.writeSync(bytes);", 1],
  ["lib/app/commands/a.ts", "const sink = Deno.stderr;", 1],
  ["lib/app/commands/a.ts", "if (Deno.stdout.isTerminal()) show(text);", 0],
  ["lib/app/commands/a.ts", "show(text);", 0],
  ["lib/app/program/show.ts", "console.log(printable(text));", 0],
  ["lib/app/program/log_output.ts", "Deno.stderr.writeSync(bytes);", 0],
  ["scripts/a.ts", "console.log(text);", 0],
]);

rowsOf("owned-tasks", [
  ["lib/net/a.ts", "void send();", 1],
  ["lib/relay/link/a.ts", "const stop = () => void socket.close();", 1],
  ["lib/app/cnapt/a.ts", "void (async () => {})();", 1],
  ["lib/app/cnapt/a.ts", "void running;", 1],
  ["lib/net/a.ts", "const nothing = void 0;", 0],
  ["lib/relay/link/a.ts", 'tasks.run("send", () => send());', 0],
  ["lib/net/a.ts", "send().catch(reportError);", 0],
  ["lib/relay/run/a.ts", "void task();", 0],
  ["tests/a_test.ts", "void send();", 0],
]);

rowsOf("built-before-busy", [
  ["lib/net/a.ts", "class A { constructor() { this.#read(); } async #read() {} }", 1],
  [
    "lib/net/a.ts",
    "class A { constructor() { this.b = this.read().then(f); } async read() {} }",
    1,
  ],
  ["lib/net/a.ts", "class A { constructor() { if (b) this.#read(); } async #read() {} }", 1],
  ["lib/net/a.ts", "class A { readonly b = this.#read(); async #read() {} }", 1],
  ["lib/relay/link/a.ts", 'class A { constructor() { tasks.run("read", f); } }', 1],
  ["lib/relay/link/a.ts", "class A { constructor() { this.#tasks.every(1, f); } }", 1],
  ["lib/relay/link/a.ts", "class A { constructor() { this.t = tasks.timer(1, f); } }", 1],
  ["lib/app/cnapt/a.ts", "class A { constructor() { this.#pump.start(); } }", 1],
  ["lib/net/a.ts", "class A { constructor() { this.#open(); } #open() {} async #read() {} }", 0],
  ["lib/net/a.ts", "class A { start() { this.#read(); } async #read() {} }", 0],
  ["lib/net/a.ts", "class A { static a = new A().start(); async start() {} }", 0],
  ["lib/net/a.ts", "class A { constructor() { f(() => this.#read()); } async #read() {} }", 0],
  ["lib/relay/link/a.ts", 'class A { b = () => tasks.run("read", f); }', 0],
  ["tests/a_test.ts", "class A { constructor() { this.pump.start(); } }", 0],
]);

rowsOf("named-failures", [
  ["lib/net/a.ts", "try { f(); } catch { g(); }", 1],
  ["lib/net/a.ts", "try { f(); } catch (error) { /* error: of no use */ }", 1],
  ["lib/net/a.ts", "try { f(); } catch (_error) { g(); }", 1],
  ["lib/net/a.ts", "f().catch(() => {});", 1],
  ["lib/net/a.ts", "f().catch(() => null);", 1],
  ["lib/net/a.ts", "f().catch(() => g());", 1],
  ["lib/net/a.ts", "f().catch((_) => false);", 1],
  ["lib/net/a.ts", "f().catch(function () { return undefined; });", 1],
  ["lib/net/a.ts", "f().then(g, () => {});", 1],
  ["lib/core/a.ts", "try { f(); } catch { return null; }", 1],
  [
    "lib/net/a.ts",
    "try { f(); } catch (e) { if (!(e instanceof Deno.errors.NotFound)) throw e; }",
    0,
  ],
  ["lib/net/a.ts", "try { f(); } catch (cause) { throw new ConnFailed(1, { cause }); }", 0],
  ["lib/net/a.ts", "try { f(); } catch (error) { passOnUnlessSystem(error); }", 0],
  ["lib/net/a.ts", "f().catch(nullUnlessSystem);", 0],
  ["lib/net/a.ts", "f().catch((error: unknown) => log.warn(reasonOf(error)));", 0],
  [
    "lib/net/a.ts",
    "f().then(g, passOnUnlessSystem); f().then(() => {}); f().finally(() => {});",
    0,
  ],
  ["lib/net/a.ts", "try { f(); } finally { g(); }", 0],
  ["tests/a_test.ts", "f().catch(() => {});", 0],
]);

rowsOf("few-parameters", [
  ["lib/net/a.ts", "function f(a, b, c, d, e) {}", 1],
  ["lib/net/a.ts", "const f = (a, b, c, d, e) => a;", 1],
  ["lib/net/a.ts", "class A { constructor(a, b, c, d, e) {} }", 1],
  ["lib/net/a.ts", "class A { f(a, b, c, d, ...e) {} }", 1],
  ["lib/net/a.ts", "interface A { f(a: 1, b: 1, c: 1, d: 1, e?: 1): void }", 1],
  ["lib/net/a.ts", "type F = (a: 1, b: 1, c: 1, d: 1, e: 1) => void;", 1],
  ["scripts/a.ts", "function f(a, b, c, d, e) {}", 1],
  ["tests/a_test.ts", "function f(a, b, c, d, e) {}", 1],
  ["lib/net/a.ts", "function f(a, b, c, { d, e, g }) {}", 0],
  ["lib/net/a.ts", "function f(this: A, a, b, c, d) {}", 0],
]);

rowsOf("no-enum", [
  ["lib/app/a.ts", "export enum A { B }", 1],
  ["tests/a_test.ts", "const enum A { B }", 1],
  ["lib/app/a.ts", 'type A = "b" | "c";', 0],
]);

rowsOf("file-shape", [
  ["lib/net/dialLink.ts", "export const a = 1;", 1],
  ["lib/net/utils.ts", "export const a = 1;", 1],
  ["lib/net/index.ts", 'export * from "./dial.ts";', 2],
  ["lib/net/all.ts", 'export { dial } from "./dial.ts";\nexport * from "./listen.ts";', 1],
  ["lib/net/long.ts", "f();\n".repeat(MAX_FILE_LINES + 1), 1],
  ["tests/long_test.ts", "f();\n".repeat(MAX_FILE_LINES + 1), 1],
  ["scripts/long.ts", "f();\n".repeat(MAX_FILE_LINES + 1), 1],
  ["lib/net/dial_link.ts", "f();\n".repeat(MAX_FILE_LINES), 0],
  ["lib/core/handshake/cnapt_transitions.ts", "f();\n".repeat(MAX_FILE_LINES + 1), 0],
  ["lib/net/dial.ts", 'export { a } from "./a.ts";\nexport const b = 1;', 0],
  ["tests/lab/kitPieces.ts", "f();\n", 0],
]);
