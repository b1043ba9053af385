/** A word as every POSIX shell reads it: nothing in it is more than itself. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
