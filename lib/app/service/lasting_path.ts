/** Why a path is none that a service can count on after the next start; null: it can. */
export function whyNotLasting(path: string): string | null {
  if (isTemporary(path) || /^\/(?:dev\/shm|run\/(?!media\/))/.test(path)) {
    return "that folder is emptied when the machine starts";
  }
  return null;
}

/** Why it may not be there at the next start; null: nothing speaks against it. */
export function whyPerhapsMissing(path: string): string | null {
  if (/^\/(?:media|mnt|run\/media|Volumes)\//.test(path)) {
    return "that is a disk that may not be there when the machine starts";
  }
  return whyNotLasting(path);
}

/** Why a service of the machine never sees a path; null: it does. */
export function whyHidden(path: string): string | null {
  return isTemporary(path) ? "the service has temporary folders of its own there" : null;
}

function isTemporary(path: string): boolean {
  return /^\/(?:private\/)?(?:var\/)?tmp\//.test(path);
}

/** Why no service can be written down with a path of a program; null: it can. */
export function whyNotWritable(path: string, os: typeof Deno.build.os): string | null {
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return "it has control characters";
  // systemd takes no such program, however it is written.
  return os === "linux" && /["'\\]/.test(path) ? "it has quotation marks or backslashes" : null;
}
