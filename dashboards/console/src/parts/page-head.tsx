import { Box, Typography } from "@mui/material";
import { type ReactElement, type ReactNode, useEffect } from "react";

/** Title of a page and of the browser's tab, what the page answers, and its controls at the right. */
export function PageHead({
  title,
  about,
  children,
}: {
  title: string;
  about?: ReactNode;
  children?: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} · Frontdesk`;
  }, [title]);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 2, mb: 2 }}>
      <Box sx={{ flex: "1 1 20rem", minWidth: 0 }}>
        <Typography variant="h1" sx={{ overflowWrap: "anywhere" }}>
          {title}
        </Typography>
        {about && (
          <Typography sx={{ color: "text.secondary", mt: 0.25, maxWidth: "100ch" }}>{about}</Typography>
        )}
      </Box>
      {children}
    </Box>
  );
}
