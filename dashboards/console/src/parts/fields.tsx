import { Box } from "@mui/material";
import { type ReactElement, type ReactNode, useId } from "react";

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  /** Offered while typing; anything else can be typed, too. */
  readonly offers?: readonly string[];
  readonly width?: number | string;
  readonly kind?: "text" | "number";
};

/** A labelled text field of a search. */
export function Field({
  label,
  value,
  onChange,
  placeholder,
  offers,
  width = 160,
  kind = "text",
}: FieldProps): ReactElement {
  const id = useId();
  return (
    <Labelled id={id} label={label} width={width}>
      <Box
        component="input"
        id={id}
        value={value}
        inputMode={kind === "number" ? "decimal" : "text"}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        {...(offers && { list: `${id}-offers` })}
        onChange={(event) => onChange(event.currentTarget.value)}
        sx={control}
      />
      {offers && (
        <datalist id={`${id}-offers`}>
          {offers.map((offer) => (
            <option key={offer} value={offer} />
          ))}
        </datalist>
      )}
    </Labelled>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
  readonly width?: number | string;
};

export function Choice<T extends string>({
  label,
  value,
  choices,
  onChange,
  width = 160,
}: ChoiceProps<T>): ReactElement {
  const id = useId();
  return (
    <Labelled id={id} label={label} width={width}>
      <Box
        component="select"
        id={id}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value as T)}
        sx={control}
      >
        {Object.entries<string>(choices).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </Box>
    </Labelled>
  );
}

type LabelledProps = {
  /** Of the control that it names. */
  readonly id: string;
  readonly label: string;
  readonly width?: number | string;
  readonly children: ReactNode;
};

/** A control under its name. */
export function Labelled({ id, label, width, children }: LabelledProps): ReactElement {
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 0.5, width, ...(!width && { flex: 1 }) }}>
      <Box component="label" htmlFor={id} sx={labelled}>
        {label}
      </Box>
      {children}
    </Box>
  );
}

const labelled = { fontSize: "0.75rem", fontWeight: 700, color: "text.secondary" } as const;

export const control = {
  ...{ px: 1.25, py: 0.9, borderRadius: 1, border: 1, borderColor: "divider", width: "100%", minHeight: 36 },
  ...{ bgcolor: "background.paper", color: "text.primary", font: "inherit", fontSize: "0.875rem" },
} as const;

export const button = {
  ...{
    px: 2,
    py: 0.9,
    borderRadius: 1,
    border: 0,
    cursor: "pointer",
    minHeight: 36,
    font: "inherit",
    fontWeight: 700,
  },
  ...{ bgcolor: "primary.main", color: "background.paper", "&:hover": { filter: "brightness(1.08)" } },
} as const;
