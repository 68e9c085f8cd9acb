import { Box } from "@mui/material";
import { type FormEvent, type ReactElement, useEffect, useId, useState } from "react";
import { button as buttonLook, control, Labelled } from "./fields.tsx";

type Props = {
  readonly label: string;
  readonly query: string;
  readonly button: string;
  readonly ask: (text: string) => void;
};

/** A query in its own language: typed, then sent with Enter or the button. */
export function OwnQuery({ label, query, button, ask }: Props): ReactElement {
  const id = useId();
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(text);
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: "flex", gap: 1, alignItems: "flex-end", mb: 2.5 }}>
      <Labelled id={id} label={label}>
        <Box
          component="input"
          id={id}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
          sx={{ ...control, fontFamily: "ui-monospace, Menlo, Consolas, monospace" }}
        />
      </Labelled>
      <Box component="button" type="submit" sx={buttonLook}>
        {button}
      </Box>
    </Box>
  );
}
