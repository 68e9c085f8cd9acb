/** A frame as Sentry takes it. */
export type Frame = {
  readonly function?: string;
  readonly filename: string;
  readonly abs_path: string;
  readonly lineno: number;
  readonly colno: number;
  readonly in_app: boolean;
};

const framesMax = 50;
const frame = /^\s*at (?:(?:async )?(.+?) \()?(?:file:\/\/)?([^()\s]+):(\d+):(\d+)\)?$/;

/** Reads V8's frames, the oldest first, as Sentry wants them; what is no frame is left out. */
export function framesIn(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n").slice(0, framesMax)) {
    const [, name, file, lineno, colno] = frame.exec(line) ?? [];
    if (file === undefined || file.startsWith("node:")) continue;
    frames.push({
      ...(name !== undefined && { function: name }),
      filename: file,
      // The uploaded name of a module of a Worker is a path of one segment.
      abs_path: file.startsWith("/") ? file : `/${file}`,
      lineno: Number(lineno),
      colno: Number(colno),
      in_app: true,
    });
  }
  return frames.reverse();
}
