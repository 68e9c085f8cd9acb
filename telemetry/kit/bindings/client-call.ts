import { startSpan } from "../context.ts";
import { type LooseAttributes, type SpanKindNumber, spanKinds } from "../records.ts";
import type { KitSpan } from "../span.ts";

/** Starts the span of a call that leaves this isolate. Such spans have no children here, so none becomes active. */
export const startCall = (
  name: string,
  attributes: LooseAttributes,
  kind: SpanKindNumber = spanKinds.CLIENT,
): KitSpan => startSpan({ name, kind, attributes });

/** Ends the span with the promise of the call; value and rejection pass unchanged. */
export async function finishCall<T>(
  span: KitSpan,
  call: Promise<T>,
  read?: (value: T, span: KitSpan) => void,
): Promise<T> {
  try {
    const value = await call;
    if (read !== undefined) note(read, value, span);
    return value;
  } catch (error) {
    span.failWith(error);
    throw error;
  } finally {
    span.end();
  }
}

// What the platform gives may change; the caller gets it all the same.
function note<T>(read: (value: T, span: KitSpan) => void, value: T, span: KitSpan): void {
  try {
    read(value, span);
  } catch {}
}

/** A call that may also throw at once, because of its arguments. */
export function tracedCall<T>(
  name: string,
  attributes: LooseAttributes,
  call: (span: KitSpan) => Promise<T>,
  read?: (value: T, span: KitSpan) => void,
): Promise<T> {
  const span = startCall(name, attributes);
  try {
    return finishCall(span, call(span), read);
  } catch (error) {
    failCall(span, error);
    throw error;
  }
}

/** Ends the span of a call that was rejected. */
export function failCall(span: KitSpan, error: unknown): void {
  span.failWith(error);
  span.end();
}
