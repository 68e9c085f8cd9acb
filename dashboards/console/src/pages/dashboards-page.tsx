import { Box, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, Navigate, useSearchParams } from "react-router-dom";
import { dashboardList } from "../ask/content.ts";
import { Card } from "../parts/card.tsx";
import { Nothing, Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { HealthNow } from "./health-now.tsx";

/** The first page: is it bad now, and where to look. */
export function DashboardsPage(): ReactElement {
  const [asked] = useSearchParams();
  const { data, error } = useQuery(["dashboards"], dashboardList);
  const first = data?.[0];
  if (asked.get("then") === "first" && first) {
    asked.delete("then");
    return <Navigate replace to={`/d/${first.uid}?${asked}`} />;
  }
  return (
    <>
      <PageHead
        title="Frontdesk now"
        about="What is promised, what fires, and the dashboards that say where, since when and why."
      />
      <HealthNow />
      <Typography variant="h2" sx={{ mt: 3, mb: 1.5 }}>
        Dashboards
      </Typography>
      {error ? <Trouble error={error} /> : null}
      {!data && !error ? <Waiting what="the dashboards" /> : null}
      {data?.length === 0 && <Nothing>There is none yet: `npm run generate` writes them.</Nothing>}
      <Box component="ul" sx={grid}>
        {data?.map(({ uid, title, description }) => (
          <Card
            component="li"
            key={uid}
            sx={{ position: "relative", "&:hover": { borderColor: "primary.main" } }}
          >
            <Box component={Link} to={`/d/${uid}`} sx={wholeCard}>
              {title}
            </Box>
            <Box sx={{ color: "text.secondary", mt: 0.5 }}>{description}</Box>
          </Card>
        ))}
      </Box>
    </>
  );
}

const grid = {
  ...{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 2 },
  gridTemplateColumns: "repeat(auto-fill, minmax(280px, 1fr))",
} as const;
const wholeCard = {
  ...{ fontWeight: 700, fontSize: "1rem", textDecoration: "none" },
  "&::after": { content: '""', position: "absolute", inset: 0, borderRadius: 1.5 },
} as const;
