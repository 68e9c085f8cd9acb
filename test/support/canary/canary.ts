import fc from "fast-check";

/** Every canary begins with this, so that half of one is found too. */
const mark = "cnry";

/** One secret in the shapes in which secrets travel. */
export type Canary = {
  /** Says nothing by its form: for what must not be read at all. */
  readonly opaque: string;
  /** Recognised by their form: for what is free text, where people and libraries may put anything. */
  readonly shapes: readonly string[];
};

const canaryOf = (word: string): Canary => {
  const email = `${word}@mail.example`;
  const escaped = [...email].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
  return {
    opaque: word,
    shapes: [
      email,
      encodeURIComponent(email),
      encodeURIComponent(encodeURIComponent(email)),
      escaped,
      `Bearer ${word}0123456789`,
      `eyJ${word}.eyJ${word}.${word}`,
      `whsec_${word}01234567`,
      `password=${word}`,
      `{"token":"${word} and more"}`,
      `Cookie: theme=dark; session=${word}`,
      `authorization: Digest username="${word}", nonce="${word}"`,
      `Failed query: select ?\nparams: ${word},2`,
    ],
  };
};

export const canaries = fc.stringMatching(new RegExp(`^${mark}[a-z0-9]{8}$`)).map(canaryOf);

/** Filling that brings a canary across the limits where texts are cut. */
export const fillings = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 480, max: 520 }),
  fc.integer({ min: 1000, max: 1030 }),
  fc.integer({ min: 2020, max: 2060 }),
);

/** Where a canary is in what left, with a little around it; empty when there is none. Looks behind percent-encoding. */
export function leaksIn(text: string): string[] {
  const plain = [0, 1, 2].reduce(
    (seen) => seen.replace(/%([0-9a-f]{2})/gi, (_code, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    text,
  );
  return [...new Set([text, plain])].flatMap((seen) =>
    [...seen.matchAll(new RegExp(mark, "gi"))].map(({ index }) =>
      seen.slice(Math.max(0, index - 60), index + 60),
    ),
  );
}
