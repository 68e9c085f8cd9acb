import { Box } from "@mui/material";
import { type FormEvent, type ReactElement, useState } from "react";
import { useNavigate } from "react-router-dom";
import { placeOfId } from "../trace/ids.ts";

/** The one field to paste an id into that an error showed: a request id, a trace id, or a whole traceparent. */
export function GoToRequest(): ReactElement {
  const [id, setId] = useState("");
  const navigate = useNavigate();
  const go = (event: FormEvent) => {
    event.preventDefault();
    const place = placeOfId(id);
    if (place === undefined) return;
    setId("");
    navigate(place);
  };
  return (
    <Box component="form" role="search" onSubmit={go}>
      <Box
        component="input"
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
        aria-label="Request id or trace id"
        placeholder="Request or trace id"
        spellCheck={false}
        autoComplete="off"
        sx={{
          ...{
            width: { xs: 150, md: 230 },
            px: 1.25,
            py: 0.75,
            borderRadius: 1,
            border: 1,
            borderColor: "divider",
          },
          ...{ bgcolor: "background.default", color: "text.primary", font: "inherit", fontSize: "0.85rem" },
        }}
      />
    </Box>
  );
}
