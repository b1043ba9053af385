/** Which file a server needs, and whether a file is that one. */

/** Systems and processors as published files are named. */
export interface Platform {
  readonly os: "linux" | "macos" | "windows";
  readonly arch: "x64" | "arm64";
}

/** What `uname -s` and `uname -m` say; null: there is no SNAPT for it. */
export function platformOf(system: string, machine: string): Platform | null {
  const os = system === "Linux" ? "linux" : system === "Darwin" ? "macos" : null;
  const arch = machine === "x86_64" || machine === "amd64"
    ? "x64"
    : machine === "aarch64" || machine === "arm64"
    ? "arm64"
    : null;
  return os === null || arch === null ? null : { os, arch };
}

/** What this program was made for. */
export function ownPlatform({ os, arch }: Pick<typeof Deno.build, "os" | "arch">): Platform {
  return {
    os: os === "darwin" ? "macos" : os === "windows" ? "windows" : "linux",
    arch: arch === "aarch64" ? "arm64" : "x64",
  };
}

/** `linux-arm64` */
export function platformName({ os, arch }: Platform): string {
  return `${os}-${arch}`;
}

/** So many bytes of a file tell what it is. */
export const HEAD_BYTES = 20;
const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe;
const WINDOWS = 0x4d5a;
/** ELF's `e_machine`: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const ELF_ARCHS: Readonly<Record<number, Platform["arch"]>> = { 0x3e: "x64", 0xb7: "arm64" };
/** `cputype` of Mach-O, without the bit for 64. */
const MACH_O_ARCHS: Readonly<Record<number, Platform["arch"]>> = { 7: "x64", 12: "arm64" };

/**
 * What the first bytes of a program say that it is for: `any` where they do not say (a script), null
 * where it is none that SNAPT is made for.
 */
export function madeFor(head: Uint8Array<ArrayBuffer>): Platform | "any" | null {
  if (head.length < HEAD_BYTES) return "any";
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.getUint32(0);
  if (magic === ELF) {
    const arch = ELF_ARCHS[view.getUint16(18, true)];
    return arch === undefined ? null : { os: "linux", arch };
  }
  if (magic === MACH_O_64) {
    const arch = MACH_O_ARCHS[view.getUint32(4, true) & 0xff_ff_ff];
    return arch === undefined ? null : { os: "macos", arch };
  }
  if (view.getUint16(0) === WINDOWS) return { os: "windows", arch: "x64" };
  return "any";
}

/** Whether two platforms are one. */
export function isSamePlatform(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch;
}
