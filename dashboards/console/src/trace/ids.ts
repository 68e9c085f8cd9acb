/** Where the page of an id is: a trace id or a traceparent has its trace, anything else is taken for a request id. */
export function placeOfId(text: string): string | undefined {
  const id = text.trim().replace(/^urn:frontdesk:request:/, "");
  if (id === "") return undefined;
  const trace = /^(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?$/i.exec(id)?.[1];
  return trace ? `/traces/${trace.toLowerCase()}` : `/requests/${encodeURIComponent(id)}`;
}
