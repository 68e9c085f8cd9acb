// A written model of a weekday at the front desks of many tenants. Pure: k6, the runner and the tests read the same.

/**
 * What people come to do. Of a hundred visits so many are of a kind; a visit is one person's story of a few requests.
 *
 * The figures are a model, not a measurement: there is no production to look at yet.
 * A shift begins once and then lives on its session, so logins are few in life; here they are more,
 * because a promise that is hardly asked cannot be judged in a quarter of an hour.
 */
export const visits = {
  /** Staff log in and look at the newest bookings. */
  shift: { ofHundred: 20, steps: ["login", "list"] },
  /** A guest looks when a room is free, then books it. */
  booking: { ofHundred: 40, steps: ["browse", "book"] },
  /** A guest books, thinks again and gives the slot back. */
  regret: { ofHundred: 10, steps: ["browse", "book", "cancel"] },
  /** Staff look at the list, then at one room. */
  glance: { ofHundred: 30, steps: ["list", "browse"] },
} as const satisfies Record<string, { ofHundred: number; steps: readonly Step[] }>;

export type Step = "login" | "browse" | "book" | "cancel" | "list";
export type Visit = keyof typeof visits;

const names = Object.keys(visits) as Visit[];

/** A smoke test tells every story there is, so that a few visits touch everything; half of the guests cancel. */
const tour = ["login", "browse", "book", "list"] as const satisfies readonly Step[];

/**
 * What visit number n does, in order.
 *
 * @param drawn  a number in [0, 1) that belongs to this visit
 */
export function storyOf(shape: string, drawn: number): readonly Step[] {
  if (shape === "smoke") return drawn < 0.5 ? [...tour, "cancel"] : tour;
  return visits[visitOf(drawn)].steps;
}

/** The kind of visit that a number in [0, 1) stands for. */
export function visitOf(drawn: number): Visit {
  let until = 0;
  for (const name of names) {
    until += visits[name].ofHundred;
    if (drawn * 100 < until) return name;
  }
  return "glance";
}

/** Requests that a visit makes on average. */
export const requestsPerVisit = (shape: string): number =>
  shape === "smoke"
    ? tour.length + 0.5
    : names.reduce((sum, name) => sum + visits[name].ofHundred * visits[name].steps.length, 0) / 100;

/**
 * How often so many visits surely do each step: what they do on average, less five standard deviations of what is drawn.
 * To draw all of them instead takes k6 a second for each twenty thousand, and every virtual user does it again.
 */
export function leastOf(shape: string, count: number): Record<Step, number> {
  const least = (share: number) =>
    Math.max(0, Math.floor(count * share - 5 * Math.sqrt(count * share * (1 - share))));
  const shareOf = (step: Step) =>
    shape === "smoke"
      ? step === "cancel"
        ? 0.5
        : 1
      : names.reduce(
          (sum, name) => sum + (stepsOf(name).includes(step) ? visits[name].ofHundred / 100 : 0),
          0,
        );
  const of = (step: Step) => least(Math.min(1, shareOf(step)));
  return {
    login: of("login"),
    browse: of("browse"),
    book: of("book"),
    cancel: of("cancel"),
    list: of("list"),
  };
}

const stepsOf = (name: Visit): readonly Step[] => visits[name].steps;

/** Requests of the longest visit. */
export const requestsPerVisitMax = (shape: string): number =>
  shape === "smoke" ? tour.length + 1 : Math.max(...names.map((name) => visits[name].steps.length));

/**
 * How busy each hour of the day is, midnight first, as a share of the busiest.
 * Nights are machines and other time zones; a peak when shifts begin, one after lunch, a small one for the evening.
 */
export const hours = [
  0.1, 0.08, 0.06, 0.05, 0.06, 0.12, 0.3, 0.65, 1, 0.9, 0.8, 0.75, 0.6, 0.8, 0.85, 0.75, 0.65, 0.6, 0.55, 0.5,
  0.4, 0.3, 0.2, 0.15,
] as const;
