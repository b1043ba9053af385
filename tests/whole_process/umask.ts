/** The umask of this process. To look at it is to change it for a moment, as to listen at a path is. */
export function umask(): number {
  return Deno.umask();
}
