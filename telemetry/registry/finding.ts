/** Something that was emitted and is not in the registry, or is above a bound that the registry states. */
export type Finding = {
  readonly kind:
    | "span"
    | "attribute"
    | "value"
    | "span event"
    | "link"
    | "metric"
    | "label"
    | "log event"
    | "field"
    | "log line"
    | "log record"
    | "resource"
    | "bound";
  /** The name that is at fault. */
  readonly name: string;
  /** Where it was seen, and why it is wrong. */
  readonly why: string;
};

export type Report = (finding: Finding) => void;

export const findingText = ({ kind, name, why }: Finding): string => `${kind} ${name}: ${why}`;
