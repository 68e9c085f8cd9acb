/** Records that a LogsQL query finds. */
export async function logs(base: string, logsql: string): Promise<Readonly<Record<string, string>>[]> {
  const text = await rawLogs(base, logsql);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string>);
}

/** The same as text, one JSON object a line. */
export async function rawLogs(base: string, logsql: string): Promise<string> {
  const body = new URLSearchParams({ query: logsql });
  const response = await fetch(`${base}/select/logsql/query`, { method: "POST", body });
  if (!response.ok) throw new Error(`VictoriaLogs: ${response.status} ${await response.text()} (${logsql})`);
  return response.text();
}
