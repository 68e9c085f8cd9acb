/** Columns as wide as their widest cell; the first one to the left, numbers to the right, words without a title to the left. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const cell = (text: string, i: number) =>
    i === 0 || (i === head.length - 1 && head[i] === "")
      ? text.padEnd(widths[i] ?? 0)
      : text.padStart(widths[i] ?? 0);
  return [head, ...rows].map((row) => row.map(cell).join("  ").trimEnd());
}
