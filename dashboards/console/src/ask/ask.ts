/** A system behind the console did not answer, or refused; the message can be shown. */
export class NoAnswer extends Error {}

/**
 * Asks the console's own origin for JSON.
 *
 * @throws NoAnswer
 */
export async function askJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await reach(path, init);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as T;
  const { error } = (body ?? {}) as { error?: string };
  throw new NoAnswer(error ?? `${path.split("?")[0]} answered ${response.status}`);
}

/** The same for text. */
export async function askText(path: string, init?: RequestInit): Promise<string> {
  const response = await reach(path, init);
  const body = await response.text();
  if (response.ok) return body;
  throw new NoAnswer(`${path.split("?")[0]} answered ${response.status}: ${body.slice(0, 200)}`);
}

async function reach(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new NoAnswer("The console's server does not answer. Does `npm start` still run?");
  }
}
