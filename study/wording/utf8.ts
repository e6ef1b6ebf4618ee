/** Text that has to fit into a number of bytes, as the server counts them. */

/** Bytes of the text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += bytesOf(character);
  return bytes;
}

/** The text, cut at its end with '…' where it takes more than `most` bytes (at least 3) in UTF-8. */
export function cutToBytes(text: string, most: number): string {
  if (utf8Bytes(text) <= most) return text;
  let left = most - bytesOf('…');
  let cut = '';
  for (const character of text) {
    left -= bytesOf(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut}…`;
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
