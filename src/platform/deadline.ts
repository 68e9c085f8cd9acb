/**
 * Waits for work no longer than a limit; late work goes on unobserved.
 *
 * @param onLate  makes the answer, or throws, when the limit is over first
 */
export async function within<T, L>(work: Promise<T>, limitMs: number, onLate: () => L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  }).then(onLate);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
