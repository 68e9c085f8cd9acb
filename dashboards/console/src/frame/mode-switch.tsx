import { Box } from "@mui/material";
import System from "mdi-material-ui/Brightness6";
import Dark from "mdi-material-ui/WeatherNight";
import Light from "mdi-material-ui/WhiteBalanceSunny";
import type { ReactElement } from "react";
import { type Choice, useMode } from "./mode.tsx";

const next: Readonly<Record<Choice, Choice>> = { system: "light", light: "dark", dark: "system" };
const icons = { system: System, light: Light, dark: Dark } as const;
const said: Readonly<Record<Choice, string>> = {
  system: "Colours follow the system",
  light: "Light colours",
  dark: "Dark colours",
};

export function ModeSwitch(): ReactElement {
  const { choice, choose } = useMode();
  const Icon = icons[choice];
  const label = `${said[choice]}; switch to: ${said[next[choice]].toLowerCase()}`;
  return (
    <Box
      component="button"
      type="button"
      onClick={() => choose(next[choice])}
      aria-label={label}
      title={label}
      sx={{
        ...{
          display: "grid",
          placeItems: "center",
          width: 34,
          height: 34,
          borderRadius: 1,
          cursor: "pointer",
        },
        ...{ border: 1, borderColor: "divider", bgcolor: "transparent", color: "text.secondary" },
        "&:hover": { color: "text.primary" },
      }}
    >
      <Icon fontSize="small" />
    </Box>
  );
}
