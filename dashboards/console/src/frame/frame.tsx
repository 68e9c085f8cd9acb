import { Box, useTheme } from "@mui/material";
import { type ReactElement, Suspense, useEffect, useRef } from "react";
import { Outlet, ScrollRestoration, useLocation } from "react-router-dom";
import { Waiting } from "../parts/notes.tsx";
import { PersesRuntime } from "../perses/runtime.tsx";
import { TopBar } from "./top-bar.tsx";

/** What surrounds every page: skip link, top bar, and the page itself. */
export function Frame(): ReactElement {
  const { palette } = useTheme();
  return (
    <PersesRuntime>
      <Box
        component="a"
        href="#main"
        sx={{
          ...{ position: "absolute", left: 8, top: -60, zIndex: 2_000, px: 2, py: 1, borderRadius: 1 },
          ...{ bgcolor: palette.primary.main, color: palette.primary.contrastText, "&:focus": { top: 8 } },
        }}
      >
        Skip to the page
      </Box>
      <TopBar />
      <Main />
      <ScrollRestoration />
    </PersesRuntime>
  );
}

/** A new page takes the focus, so that the keyboard and a screen reader start at its top. */
function Main(): ReactElement {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new path is a new page
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [pathname]);
  return (
    <Box
      component="main"
      id="main"
      ref={main}
      tabIndex={-1}
      sx={{ maxWidth: 1720, mx: "auto", px: { xs: 1.5, md: 3 }, py: 2.5, outline: "none" }}
    >
      <Suspense fallback={<Waiting what="the page" />}>
        <Outlet />
      </Suspense>
    </Box>
  );
}
