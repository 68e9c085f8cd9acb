import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";

export type Mode = "light" | "dark";
/** `system` follows what the person set for the whole machine. */
export type Choice = Mode | "system";

type ModeState = { readonly mode: Mode; readonly choice: Choice; readonly choose: (choice: Choice) => void };
const ModeContext = createContext<ModeState>({ mode: "light", choice: "system", choose: () => {} });
const stored = "frontdesk.mode";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

export const useMode = (): ModeState => useContext(ModeContext);

export function ModeProvider({ children }: { children: ReactNode }): ReactElement {
  const [choice, setChoice] = useState<Choice>(remembered);
  const [isDark, setIsDark] = useState(dark.matches);
  useEffect(() => {
    const follow = () => setIsDark(dark.matches);
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
  const state = useMemo<ModeState>(
    () => ({
      choice,
      mode: choice === "system" ? (isDark ? "dark" : "light") : choice,
      choose: (next) => {
        setChoice(next);
        remember(next);
      },
    }),
    [choice, isDark],
  );
  return <ModeContext.Provider value={state}>{children}</ModeContext.Provider>;
}

function remembered(): Choice {
  try {
    const value = localStorage.getItem(stored);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

/** A browser that keeps nothing still switches. */
function remember(choice: Choice): void {
  try {
    localStorage.setItem(stored, choice);
  } catch {
    // Private windows.
  }
}
