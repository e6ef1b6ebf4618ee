/** Bytes as base64 text and back: the workflow sandbox has neither Buffer nor btoa. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let digit = 0; digit < 4; digit++)
      text += digit > bytes.length - i ? '=' : ALPHABET[(group >> (18 - 6 * digit)) & 63];
  }
  return text;
}

export function fromBase64(text: string): Uint8Array {
  const digits = Array.from(text.replace(/=+$/, ''), (char) => ALPHABET.indexOf(char));
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  for (let i = 0; i < bytes.length; i++) {
    const at = Math.floor((i * 4) / 3);
    const shift = (i % 3) * 2;
    bytes[i] = (digits[at]! << (shift + 2)) | (digits[at + 1]! >> (4 - shift));
  }
  return bytes;
}
