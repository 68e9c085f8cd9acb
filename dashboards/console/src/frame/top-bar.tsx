import { Box, useTheme } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, NavLink } from "react-router-dom";
import { alertRules } from "../ask/prometheus.ts";
import { GoToRequest } from "./go-to-request.tsx";
import { ModeSwitch } from "./mode-switch.tsx";
import { stateColours } from "./theme.ts";

const places = [
  ["/", "Dashboards"],
  ["/traces", "Traces"],
  ["/slo", "SLOs"],
  ["/alerts", "Alerts"],
  ["/requests", "Requests"],
] as const;

export function TopBar(): ReactElement {
  const { palette } = useTheme();
  return (
    <Box
      component="header"
      sx={{
        ...{ position: "sticky", top: 0, zIndex: 1_100, bgcolor: "background.paper" },
        ...{ borderBottom: 1, borderColor: "divider", px: { xs: 1.5, md: 3 }, py: 0.75 },
        ...{ display: "flex", alignItems: "center", gap: { xs: 1, md: 3 }, flexWrap: "wrap" },
      }}
    >
      <Box
        component={Link}
        to="/"
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1,
          color: "text.primary",
          textDecoration: "none",
          fontWeight: 900,
        }}
      >
        <img src="/favicon.svg" alt="" width={26} height={26} />
        Frontdesk
      </Box>
      <Box component="nav" aria-label="Pages" sx={{ display: "flex", gap: 0.5, flexWrap: "wrap" }}>
        {places.map(([to, text]) => (
          <Box
            component={NavLink}
            key={to}
            to={to}
            end={to === "/"}
            sx={{
              ...{
                px: 1.25,
                py: 0.75,
                borderRadius: 1,
                textDecoration: "none",
                color: "text.secondary",
                fontWeight: 700,
              },
              "&:hover": { color: "text.primary", bgcolor: "action.hover" },
              "&.active": { color: palette.primary.main, bgcolor: "action.selected" },
            }}
          >
            {text}
            {to === "/alerts" && <FiringCount />}
          </Box>
        ))}
      </Box>
      <Box sx={{ ml: "auto", display: "flex", alignItems: "center", gap: 1 }}>
        <GoToRequest />
        <ModeSwitch />
      </Box>
    </Box>
  );
}

/** How many alerts fire now, the one that always does not counted. */
function FiringCount(): ReactElement | null {
  const { palette } = useTheme();
  const { data = [] } = useQuery(["alert rules"], alertRules, { refetchInterval: 15_000 });
  const firing = data
    .filter(({ labels }) => labels.severity !== "watchdog")
    .flatMap(({ alerts }) => alerts.filter(({ state }) => state === "firing")).length;
  if (firing === 0) return null;
  return (
    <Box
      component="span"
      sx={{
        ...{ ml: 0.75, px: 0.75, borderRadius: 5, fontSize: "0.75rem" },
        ...{ bgcolor: stateColours[palette.mode].bad, color: palette.background.paper },
      }}
    >
      {firing}
      <Box component="span" sx={hidden}>
        {" "}
        firing
      </Box>
    </Box>
  );
}

/** For screen readers only. */
export const hidden = {
  position: "absolute",
  width: "1px",
  height: "1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
} as const;
