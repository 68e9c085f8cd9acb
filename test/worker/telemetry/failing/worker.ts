import { DurableObject } from "cloudflare:workers";

type Env = { readonly OBJECT: DurableObjectNamespace<Failing>; readonly JOBS: Queue<string> };

/** An object whose alarm fails once, as the platform would see it: no handler catches it. */
export class Failing extends DurableObject {
  async soon(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    // The second try is let pass, so that the platform does not go on for two minutes.
    if (await this.ctx.storage.get("failed")) return;
    await this.ctx.storage.put("failed", true);
    throw new Error("planted in an alarm");
  }
}

/**
 * A Worker that succeeds and fails on demand; what the Tail Worker is tested with.
 * A fetch handler that throws is answered by wrangler's own middleware and ends "ok" locally; a body that fails is not.
 */
export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/body") return new Response(failingBody());
    if (pathname === "/alarm") await env.OBJECT.getByName("a").soon();
    if (pathname === "/message") await env.JOBS.send("planted");
    return new Response("ok");
  },
  queue(): void {
    throw new Error("planted in a consumer");
  },
  scheduled(): void {
    throw new Error("planted in the cron");
  },
} satisfies ExportedHandler<Env, string>;

function failingBody(): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("begun"));
      throw new Error("planted in a body");
    },
  });
}
