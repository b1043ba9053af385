/** Text for XML 1.0, between tags or in an attribute. Control characters are not in paths that are taken. */
export function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
