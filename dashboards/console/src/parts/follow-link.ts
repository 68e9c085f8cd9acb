import type { MouseEvent } from "react";
import { useNavigate } from "react-router-dom";

/** Follows a link of text or panels that others draw within the page, as the console's own links do: nothing is loaded anew. */
export function useFollowLink(): (event: MouseEvent<HTMLElement>) => void {
  const navigate = useNavigate();
  return (event) => {
    const link = (event.target as Element).closest("a");
    const path = link?.getAttribute("href");
    const wantsOther = event.metaKey || event.ctrlKey || event.shiftKey || link?.target === "_blank";
    if (!path?.startsWith("/") || wantsOther || event.defaultPrevented) return;
    event.preventDefault();
    navigate(path);
  };
}
