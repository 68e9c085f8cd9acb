/** One line on the terminal: what runs, and how long it will take. Without a terminal a line every half minute. */
export function startProgress(title: string, steps: number): { step(): void; done(): void } {
  const started = Date.now();
  const live = process.stderr.isTTY;
  let done = 0;
  let lastLine = 0;
  const say = (text: string) => process.stderr.write(live ? `\r\x1b[K${text}` : `${text}\n`);
  return {
    step() {
      done++;
      if (!live && Date.now() - lastLine < 30_000 && done > 1) return;
      lastLine = Date.now();
      const leftSeconds = ((Date.now() - started) / done / 1000) * (steps - done);
      say(`${title}: ${done} of ${steps}, about ${duration(leftSeconds)} left`);
    },
    done() {
      say(`${title}: done in ${duration((Date.now() - started) / 1000)}\n`.trimEnd() + (live ? "\n" : ""));
    },
  };
}

export const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
