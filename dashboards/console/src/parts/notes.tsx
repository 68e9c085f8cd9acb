import { Box, useTheme } from "@mui/material";
import type { ReactElement, ReactNode } from "react";
import { stateColours } from "../frame/theme.ts";

export function Waiting({ what }: { what: string }): ReactElement {
  return (
    <Box role="status" sx={{ color: "text.secondary", py: 3 }}>
      Asking for {what} …
    </Box>
  );
}

/** What went wrong, in the words of what failed. */
export function Trouble({ error }: { error: unknown }): ReactElement {
  const { palette } = useTheme();
  return (
    <Box
      role="alert"
      sx={{
        ...{
          border: 1,
          borderLeft: 4,
          borderColor: stateColours[palette.mode].bad,
          borderRadius: 1,
          p: 1.5,
          my: 1,
        },
        ...{ bgcolor: "background.paper" },
      }}
    >
      {error instanceof Error ? error.message : String(error)}
    </Box>
  );
}

export function Nothing({ children }: { children: ReactNode }): ReactElement {
  return <Box sx={{ color: "text.secondary", py: 2 }}>{children}</Box>;
}
