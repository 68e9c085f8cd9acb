import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit, admitAll } from "../../../telemetry/kit/admit.ts";
import { queryShape } from "../../../telemetry/kit/bindings/sql.ts";
import { redactUrl, scrub, withoutControl } from "../../../telemetry/kit/scrub.ts";

const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJlLXZhbHVl";

const removed: Record<string, readonly [string, string]> = {
  "an e-mail address": ["no such user jane.doe+x@mail.example.org today", "no such user [email] today"],
  "an e-mail address in a URL": ["/reset/jane%40example.org/x", "/reset/[email]/x"],
  "an address whose letters are encoded": ["/r/ada%40ex%61mple.com/x", "/r/[email]/x"],
  "an address that was encoded twice": ["/r/ada%2540example.com", "/r/[email]"],
  "an address that was encoded four times": ["/r/ada%25252540example%2525252ecom", "/r/[email]"],
  "an address with an encoded plus": ["/r/ada%2Bx%40example.com", "/r/[email]"],
  "a password whose quote was cut off": ['{"password":"hunter 2', '{"password":[redacted]'],
  "a JSON web token": [`bad token ${jwt}!`, "bad token [jwt]!"],
  "an Authorization header": ["Bearer abcdefgh12345678", "Bearer [redacted]"],
  "a webhook secret": ["key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "key [secret]"],
  "a password in JSON": ['{"password":"hunter 2","x":1}', '{"password":[redacted],"x":1}'],
  "a cookie": ["Cookie: session=abc", "Cookie: [redacted]"],
  "bound values of Drizzle": [
    "Failed query: select ? from users\nparams: secret,with\nnewline\n    at run (x.js:1:1)",
    "Failed query: select ? from users\nparams: [redacted]\n    at run (x.js:1:1)",
  ],
};

describe("scrubbing", () => {
  for (const [what, [text, clean]] of Object.entries(removed))
    it(`removes ${what}`, () => expect(scrub(text)).toBe(clean));

  it("leaves innocent text alone", () => {
    const text = "UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT";
    expect(scrub(text)).toBe(text);
  });

  it("leaves innocent encoding as it was", () => {
    const text = "/rooms/caf%C3%A9%20%41/100%25";
    expect(scrub(text)).toBe(text);
  });

  it("finds an address wherever it stands", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    fc.assert(
      fc.property(fc.string(), word, word, fc.string(), (before, name, host, after) => {
        const address = `${name}@${host}.example`;
        expect(scrub(`${before} ${address} ${after}`)).not.toContain(address);
      }),
    );
  });

  it("removes what drives a terminal or forges a line", () =>
    expect(withoutControl('a\n{"x":1}\u001b[31m\u0085b')).toBe('a {"x":1} [31m b'));

  it("keeps the names of a query, not its values, user or password", () =>
    expect(redactUrl(new URL("https://u:p@api.example:8443/a/b?key=secret&n=1#frag"))).toBe(
      "https://api.example:8443/a/b?key=REDACTED&n=REDACTED",
    ));
});

describe("the allow-list", () => {
  const cases: Record<string, readonly [string, unknown, unknown]> = {
    "drops a name that is not in the table": ["user.email", "x", undefined],
    "drops a name that is listed to be refused": ["client.address", "192.0.2.1", undefined],
    "drops a value of another type": ["http.response.status_code", "200", undefined],
    "drops a value outside a closed set": ["url.scheme", "ftp", undefined],
    "turns a foreign error type into _OTHER": ["error.type", "E_STRANGE", "_OTHER"],
    "truncates an integer": ["http.response.status_code", 200.7, 200],
    "drops what is not finite": ["frontdesk.duration", Number.NaN, undefined],
    "scrubs free text": ["url.path", "/u/a@b.example", "/u/[email]"],
  };
  for (const [what, [name, value, admitted]] of Object.entries(cases))
    it(what, () => expect(admit(name, value)).toBe(admitted));

  it("cuts long text", () => expect(admit("url.path", "/".repeat(9000))).toHaveLength(512));
  it("scrubs before it cuts: no half of an address stays, wherever the cut goes through it", () => {
    const address = "jane.doe@mail.example.org";
    for (let before = 512 - address.length - 5; before <= 512; before++) {
      const cut = admit("url.path", `${"/".repeat(before)}${address}/tail`);
      expect(cut).not.toMatch(/jane|doe|mail\.|example/);
      expect(String(cut).length).toBeLessThanOrEqual(512);
    }
  });

  it("shows no half that redactions before it have pulled into sight", () => {
    const many = "/jane.doe-the-long-name@mail.example.org".repeat(200);
    for (let before = 0; before < 41; before++)
      expect(admit("url.path", "/".repeat(before) + many)).not.toMatch(/jane|doe|mail\.|example/);
  });

  it("lets a later bag win", () =>
    expect(admitAll({ "http.route": "/a" }, { "http.route": "/b", nothing: 1 })).toEqual({
      "http.route": "/b",
    }));
});

const statements: Record<string, readonly [string, string]> = {
  "SELECT rooms": [
    "select * from \"rooms\" where name = 'Jane''s' and size > 12",
    'select * from "rooms" where name = ? and size > ?',
  ],
  "INSERT bookings": [
    "insert into bookings (a, b1) values (?, ?2)",
    "insert into bookings (a, b1) values (?, ?2)",
  ],
  "UPDATE outbox": [
    "UPDATE outbox SET x = ? WHERE id IN (SELECT id FROM outbox LIMIT 10)",
    "UPDATE outbox SET x = ? WHERE id IN (SELECT id FROM outbox LIMIT ?)",
  ],
  "INSERT decisions": [
    "INSERT OR IGNORE INTO decisions VALUES (?)",
    "INSERT OR IGNORE INTO decisions VALUES (?)",
  ],
  "SELECT bookings rooms": [
    "SELECT b.id FROM bookings b JOIN rooms r ON r.id = b.room",
    "SELECT b.id FROM bookings b JOIN rooms r ON r.id = b.room",
  ],
  "DELETE sessions": [
    "/* a@b.example */ DELETE FROM sessions -- x\n WHERE at < 5.5",
    "DELETE FROM sessions WHERE at < ?",
  ],
  SELECT: ["SELECT 1", "SELECT ?"],
};

describe("the shape of a statement", () => {
  for (const [summary, [sql, text]] of Object.entries(statements))
    it(`${summary}: without literals`, () => expect(queryShape(sql)).toMatchObject({ summary, text }));
});
