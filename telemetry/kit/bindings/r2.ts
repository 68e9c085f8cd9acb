import { methodsTraced } from "./methods.ts";
import { overlay } from "./overlay.ts";

/** R2: one CLIENT span per operation, multipart uploads included; keys are not recorded and bodies are not touched. */
export function instrumentR2(raw: R2Bucket, binding: string): R2Bucket {
  const call = callOf(binding);
  const traced = methodsTraced(raw, ["head", "get", "put", "delete", "list"], call);
  const upload = (parts: R2MultipartUpload) =>
    methodsTraced(parts, ["uploadPart", "complete", "abort"], call);
  const create = methodsTraced(raw, ["createMultipartUpload"], call);
  return overlay(traced, {
    createMultipartUpload: async (...args: Parameters<R2Bucket["createMultipartUpload"]>) =>
      upload(await create.createMultipartUpload(...args)),
    resumeMultipartUpload: (...args: Parameters<R2Bucket["resumeMultipartUpload"]>) =>
      upload(raw.resumeMultipartUpload(...args)),
  });
}

const callOf = (binding: string) => (operation: string) => ({
  name: `${operation} ${binding}`,
  attributes: {
    "db.operation.name": operation,
    "cloudflare.binding.type": "r2",
    "cloudflare.binding.name": binding,
  },
});
