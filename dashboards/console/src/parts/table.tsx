import { Box } from "@mui/material";
import type { ReactElement } from "react";

export const table = { width: "100%", borderCollapse: "collapse", fontSize: "0.875rem" } as const;
export const cell = {
  px: 1.5,
  py: 0.75,
  borderTop: 1,
  borderColor: "divider",
  verticalAlign: "top",
} as const;

/** Names of the columns. */
export function TableHead({ names }: { names: readonly string[] }): ReactElement {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <Box component="th" scope="col" key={name} sx={headCell}>
            {name}
          </Box>
        ))}
      </tr>
    </thead>
  );
}

const headCell = {
  ...{ textAlign: "left", px: 1.5, py: 1, fontSize: "0.75rem", fontWeight: 700, color: "text.secondary" },
  ...{ borderBottom: 1, borderColor: "divider", whiteSpace: "nowrap" },
} as const;
