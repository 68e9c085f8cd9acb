import { createServer } from "node:http";
import { expect, it } from "vitest";
import { problemWords } from "../../../load/lib/problem.ts";
import { seedDemo } from "../../../scripts/seed.ts";

const problem = JSON.stringify({
  type: `https://frontdesk.example/docs#${"x".repeat(300)}`,
  status: 400,
  detail: "The request is not valid.",
  code: "validation_failed",
  errors: [
    { pointer: "/capacity", detail: "must be at least 1" },
    { pointer: "/name", detail: "is missing" },
  ],
});
const said = "validation_failed: The request is not valid. (/capacity must be at least 1; /name is missing)";

it("A refused request says its code, its detail and every wrong field", () => {
  expect(problemWords(problem)).toBe(said);
});

it("What is no problem document is shown as it is, in one line and cut", () => {
  expect(problemWords("<h1>\n oops</h1>")).toBe("<h1> oops</h1>");
  expect(problemWords("x".repeat(900))).toHaveLength(200);
  expect(problemWords("null")).toBe("null");
});

it("The seed says why it was refused, not where the reason is described", async () => {
  const server = createServer((_request, response) => response.writeHead(400).end(problem));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  const { port } = server.address() as { port: number };
  await expect(seedDemo(`http://127.0.0.1:${port}`)).rejects.toThrow(
    `POST /v1/auth/login answered 400 ${said}`,
  );
  server.close();
});
