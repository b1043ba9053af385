/** A ClientHello as small as one may be. */

const u16 = (value: number): readonly number[] => [value >> 8, value & 255];
const u24 = (value: number): readonly number[] => [value >> 16, ...u16(value & 0xffff)];

/** An extension with this type and content. */
export function extension(type: number, content: readonly number[]): readonly number[] {
  return [...u16(type), ...u16(content.length), ...content];
}

/** The extension with a server name. */
export function serverName(name: string, type = 0): readonly number[] {
  const bytes = [...new TextEncoder().encode(name)];
  const entry = [type, ...u16(bytes.length), ...bytes];
  return extension(0, [...u16(entry.length), ...entry]);
}

/** The handshake message with these extensions; null: without a list of them. */
export function helloMessage(extensions: readonly number[] | null): readonly number[] {
  const body = [
    ...[3, 3, ...Array<number>(32).fill(7)],
    ...[0, ...u16(2), 0x13, 0x01, 1, 0],
    ...extensions === null ? [] : [...u16(extensions.length), ...extensions],
  ];
  return [1, ...u24(body.length), ...body];
}

/** `message` in records of `size` bytes at most. */
export function records(message: readonly number[], size = 16_384): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.slice(at, at + size);
    bytes.push(22, 3, 1, ...u16(part.length), ...part);
  }
  return Uint8Array.from(bytes);
}
