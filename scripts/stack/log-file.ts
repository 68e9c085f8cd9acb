import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";

const bytesMax = 20e6;

/** A text log of at most twice 20 MB: the older half is kept beside it as `.old`. A full disk loses lines, nothing else. */
export class LogFile {
  readonly path: string;
  #stream: WriteStream | undefined;
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
  }

  write(line: string): void {
    this.#stream ??= this.#open();
    this.#stream.write(`${line}\n`);
    this.#bytes += line.length + 1;
    if (this.#bytes > bytesMax) this.#rotate();
  }

  close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    return new Promise((resolve) => (stream && !stream.destroyed ? stream.end(() => resolve()) : resolve()));
  }

  #open(): WriteStream {
    this.#bytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    const stream = createWriteStream(this.path, { flags: "a" });
    stream.on("error", () => undefined);
    return stream;
  }

  #rotate(): void {
    this.#stream?.end();
    this.#stream = undefined;
    try {
      renameSync(this.path, `${this.path}.old`);
    } catch {
      // Goes on in the same file.
    }
  }
}
