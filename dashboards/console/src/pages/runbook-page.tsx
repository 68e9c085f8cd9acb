import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link, useParams } from "react-router-dom";
import { runbookOf } from "../ask/content.ts";
import { Card } from "../parts/card.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Trouble, Waiting } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";

/** What to do when an alert fires. */
export function RunbookPage(): ReactElement {
  const { name = "" } = useParams();
  const { data, error, isPreviousData } = useQuery(["runbook", name], () => runbookOf(name));
  return (
    <>
      <PageHead
        title={name === "INDEX" ? "Runbooks" : `Runbook: ${name}`}
        about={
          <>
            <Link to="/alerts">What fires now</Link> · <Link to="/runbooks/INDEX">all runbooks</Link>
          </>
        }
      />
      {error ? <Trouble error={error} /> : null}
      {data !== undefined && !isPreviousData && !error ? (
        <Card>
          <Markdown text={data} leaveOutTitle />
        </Card>
      ) : (
        !error && <Waiting what="the runbook" />
      )}
    </>
  );
}
