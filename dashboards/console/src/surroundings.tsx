import { CssBaseline, GlobalStyles, ThemeProvider } from "@mui/material";
import { SnackbarProvider } from "@perses-dev/components";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useMemo } from "react";
import { ModeProvider, useMode } from "./frame/mode.tsx";
import { globalStyles, themeOf } from "./frame/theme.ts";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: 1,
      // Else every refresh would take all panels away and mount them again.
      keepPreviousData: true,
      staleTime: 5_000,
    },
  },
});

/** What every page stands on: colours, asked answers and messages. */
export function Surroundings({ children }: { children: ReactNode }): ReactElement {
  return (
    <ModeProvider>
      <Themed>
        <QueryClientProvider client={queries}>
          <SnackbarProvider anchorOrigin={{ vertical: "bottom", horizontal: "right" }}>
            {children}
          </SnackbarProvider>
        </QueryClientProvider>
      </Themed>
    </ModeProvider>
  );
}

function Themed({ children }: { children: ReactNode }): ReactElement {
  const { mode } = useMode();
  const theme = useMemo(() => themeOf(mode), [mode]);
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline enableColorScheme />
      <GlobalStyles styles={globalStyles} />
      {children}
    </ThemeProvider>
  );
}
