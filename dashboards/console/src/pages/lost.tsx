import type { ReactElement } from "react";
import { Link, useRouteError } from "react-router-dom";
import { Trouble } from "../parts/notes.tsx";
import { PageHead } from "../parts/page-head.tsx";

export function Lost(): ReactElement {
  return (
    <>
      <PageHead title="There is no such page" about="The address may be of another version of the console." />
      <Link to="/">To the dashboards</Link>
    </>
  );
}

/** A page that threw. Its chunk may be gone because the console was built anew: then loading again helps. */
export function Broken(): ReactElement {
  const error = useRouteError();
  return (
    <>
      <PageHead title="This page broke" about="If the console was started anew, load the page again." />
      <Trouble error={error} />
    </>
  );
}
