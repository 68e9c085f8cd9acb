/** Calls the scheduled handler at once and then every minute: `wrangler dev` never does. */
export function callCron(apiUrl: string, onTrouble: (message: string) => void): { stop(): void } {
  const url = `${apiUrl}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *").replaceAll("%20", "+")}`;
  const stopped = new AbortController();
  let failures = 0;
  const call = async () => {
    const trouble = await tick(url, stopped.signal);
    if (stopped.signal.aborted) return;
    failures = trouble === undefined ? 0 : failures + 1;
    if (failures === 1) onTrouble(`The cron handler failed (${trouble}). It is called again every minute.`);
  };
  const timer = setInterval(() => void call(), 60_000);
  void call();
  return {
    stop: () => {
      clearInterval(timer);
      stopped.abort();
    },
  };
}

async function tick(url: string, stopped: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([stopped, AbortSignal.timeout(50_000)]) });
    const text = (await response.text()).trim();
    return response.ok && text !== "exception" ? undefined : `${response.status} ${text.slice(0, 80)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
