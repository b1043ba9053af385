/** Why a path is none that a service can count on after the next start; null: it can. */
export function whyNotLasting(path: string): string | null {
  if (/^\/(?:private\/)?(?:var\/)?tmp\//.test(path) || /^\/(?:dev\/shm|run\/user)\//.test(path)) {
    return "that folder is emptied when the machine starts";
  }
  if (/^\/(?:media|mnt|run\/media|Volumes)\//.test(path)) {
    return "that is a disk that may not be there when the machine starts";
  }
  return null;
}

/** Why no service can be written down with a path of a program; null: it can. */
export function whyNotWritable(path: string, os: typeof Deno.build.os): string | null {
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return "it has control characters";
  // systemd takes no such program, however it is written.
  return os === "linux" && /["'\\]/.test(path) ? "it has quotation marks or backslashes" : null;
}
