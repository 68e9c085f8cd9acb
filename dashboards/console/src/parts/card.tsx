import { Box, type BoxProps, Typography } from "@mui/material";
import type { ReactElement } from "react";

/** A surface on the page; with a title it is a region of its own. */
export function Card({ title, children, sx, ...rest }: BoxProps & { title?: string }): ReactElement {
  return (
    <Box
      component="section"
      {...(title && { "aria-label": title })}
      {...rest}
      sx={{ bgcolor: "background.paper", border: 1, borderColor: "divider", borderRadius: 1.5, p: 2, ...sx }}
    >
      {title && (
        <Typography variant="h2" sx={{ fontSize: "1rem", mb: 1 }}>
          {title}
        </Typography>
      )}
      {children}
    </Box>
  );
}
