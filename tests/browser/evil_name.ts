/** Names that belong on no screen, as a peer or a configuration may have them. */
const EVIL = [
  `<img src=x onerror="alert(1)"><script>alert(2)</script>`,
  "\u202e\u0000\u001b[31mعربي\u2066\r\n\t",
  "x".repeat(300),
  `👩‍👩‍👧‍👦${"e\u0301".repeat(40)}${"Z\u0335\u0321\u0322".repeat(60)}`,
];

/** A name that belongs on no screen; another one for each `text`, the same one each time. */
export function evilOf(text: string): string {
  const sum = [...text].reduce((all, character) => all + character.charCodeAt(0), 0);
  return `${EVIL[sum % EVIL.length]} ${text}`;
}
