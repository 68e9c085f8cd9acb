import { alpha, type Theme } from "@mui/material";
import { generateChartsTheme, getTheme, type PersesChartsTheme } from "@perses-dev/components";
import type { Mode } from "./mode.tsx";

/** Perses' theme with quieter surfaces: panels stand on a page that is a shade apart from them. */
export function themeOf(mode: Mode): Theme {
  const base = getTheme(mode);
  const { palette } = base;
  // Panels stand below each other where they would be too narrow to be read beside each other.
  base.breakpoints.values.sm = 880;
  palette.primary.main = mode === "light" ? "#1f6feb" : "#6cb2ff";
  palette.background.default = mode === "light" ? "#f4f6f9" : "#10141b";
  palette.background.paper = mode === "light" ? "#ffffff" : "#181e27";
  palette.background.border = mode === "light" ? "#dde3ea" : "#2b3442";
  palette.divider = palette.background.border;
  base.typography.fontFamily = '"Lato", system-ui, sans-serif';
  return base;
}

export function chartsThemeOf(theme: Theme): PersesChartsTheme {
  // ECharts takes a line to be as high as a Chinese character is wide; where no font has one, labels would be cut.
  const whole = { axisLabel: { margin: 10, lineHeight: 14 } };
  return generateChartsTheme(theme, {
    echartsTheme: { timeAxis: whole, categoryAxis: whole, valueAxis: { axisLabel: { lineHeight: 14 } } },
  });
}

/** Colours of states, readable on both papers. */
export const stateColours = {
  light: { good: "#1a7f4b", warn: "#9a6700", bad: "#c62828", calm: "#59636e" },
  dark: { good: "#58c98b", warn: "#e3b341", bad: "#ff7b72", calm: "#9aa7b8" },
} as const;
export type State = keyof (typeof stateColours)["light"];

export const globalStyles = (theme: Theme) => ({
  body: { overflowY: "scroll" as const },
  a: { color: theme.palette.primary.main, textUnderlineOffset: "2px" },
  ":focus-visible": { outline: `3px solid ${alpha(theme.palette.primary.main, 0.85)}`, outlineOffset: "2px" },
  "code, pre, kbd": { fontFamily: 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace' },
  "@media (prefers-reduced-motion: reduce)": {
    "*": { animationDuration: "0.01ms !important", transitionDuration: "0.01ms !important" },
  },
});
