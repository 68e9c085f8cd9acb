import type { RouteObject } from "react-router-dom";
import { Broken, Lost } from "./lost.tsx";

/** Every page with its address; each is loaded when it is first opened. */
export const pages: RouteObject[] = [
  {
    errorElement: <Broken />,
    children: [
      {
        index: true,
        lazy: async () => ({ Component: (await import("./dashboards-page.tsx")).DashboardsPage }),
      },
      // The address that alerts name.
      {
        path: "d/:uid",
        lazy: async () => ({ Component: (await import("./dashboard-page.tsx")).DashboardPage }),
      },
      { path: "traces", lazy: async () => ({ Component: (await import("./traces-page.tsx")).TracesPage }) },
      { path: "traces/:id", lazy: async () => ({ Component: (await import("./trace-page.tsx")).TracePage }) },
      { path: "slo", lazy: async () => ({ Component: (await import("./slo-page.tsx")).SloPage }) },
      { path: "alerts", lazy: async () => ({ Component: (await import("./alerts-page.tsx")).AlertsPage }) },
      {
        path: "runbooks/:name",
        lazy: async () => ({ Component: (await import("./runbook-page.tsx")).RunbookPage }),
      },
      {
        path: "requests",
        lazy: async () => ({ Component: (await import("./requests-page.tsx")).RequestsPage }),
      },
      {
        path: "requests/:id",
        lazy: async () => ({ Component: (await import("./request-page.tsx")).RequestPage }),
      },
      {
        path: "metrics",
        lazy: async () => ({ Component: (await import("./metrics-page.tsx")).MetricsPage }),
      },
      { path: "logs", lazy: async () => ({ Component: (await import("./logs-page.tsx")).LogsPage }) },
      { path: "*", element: <Lost /> },
    ],
  },
];
