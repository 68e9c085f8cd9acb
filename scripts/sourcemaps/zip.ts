import { crc32, deflateRawSync } from "node:zlib";

export type Entry = { readonly path: string; readonly content: string };

/**
 * A ZIP archive behind a header of another format; offsets count from the start of that header.
 *
 * @source https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16
 */
export function zip(header: Buffer, entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [header];
  const directory: Buffer[] = [];
  let offset = header.length;
  for (const { path, content } of entries) {
    const name = Buffer.from(path);
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const facts = factsOf(plain, packed, name);
    const local = Buffer.concat([u32(0x04034b50), facts, name]);
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), facts, zeros(10), u32(offset), name]));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), zeros(4), count, count, u32(index.length), u32(offset), zeros(2)];
  return Buffer.concat([...parts, index, ...end]);
}

/** What the entry and the directory say alike: version 2.0, names in UTF-8, deflated, 1 January 1980, sums and sizes. */
const factsOf = (plain: Buffer, packed: Buffer, name: Buffer) =>
  Buffer.concat([
    u16(20),
    u16(0x0800),
    u16(8),
    u16(0),
    u16(0x21),
    u32(crc32(plain)),
    u32(packed.length),
    u32(plain.length),
    u16(name.length),
    u16(0),
  ]);

const zeros = (bytes: number) => Buffer.alloc(bytes);
function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
