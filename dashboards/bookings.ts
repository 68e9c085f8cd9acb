import { noneIsGood, promised } from "./limits.ts";
import type { Dashboard } from "./panels.ts";
import { inRange, latest, named, perSecond, quantile, share } from "./queries.ts";

const requests = "http.server.request.duration";
const events = "frontdesk.events";
const failed = { label: "http.response.status_code", op: "matches", value: "5.." } as const;
const on = (method: string, route: string) =>
  [
    { label: "http.request.method", op: "is", value: method },
    { label: "http.route", op: "is", value: route },
  ] as const;
const booking = on("POST", "/v1/bookings");
const login = on("POST", "/v1/auth/login");
const event = (name: string) => [{ label: "frontdesk.event.name", op: "is", value: name }] as const;
const conflict = { label: "http.response.status_code", op: "is", value: "409" } as const;

/** Do guests get their rooms, and how many of them? */
export const bookings: Dashboard = {
  uid: "frontdesk-bookings",
  title: "Bookings",
  description: "What tenants pay for: registrations, logins, bookings created, cancelled and refused.",
  rows: [
    {
      title: "Is it bad?",
      panels: [
        {
          kind: "values",
          title: "Bookings that fail",
          question: "Do more attempts to book fail than promised?",
          unit: "ratio",
          noData: "Nobody tried to book in this time.",
          limits: promised("booking-availability"),
          queries: [share(requests, [], failed, booking)],
        },
        {
          kind: "values",
          title: "Booking takes, p99",
          question: "Do guests wait longer than promised?",
          unit: "seconds",
          noData: "Nobody tried to book in this time.",
          limits: promised("booking-latency"),
          queries: [named(quantile("0.99", requests, [], booking), "p99")],
          spans: { calculate: "p99", by: [], where: booking },
        },
        {
          kind: "values",
          title: "Logins that fail",
          question: "Can staff log in? A wrong password is no failure.",
          unit: "ratio",
          noData: "Nobody tried to log in in this time.",
          limits: promised("login-availability"),
          queries: [share(requests, [], failed, login)],
        },
        {
          kind: "values",
          title: "Holds not repaired",
          question: "Does a calendar hold a slot whose attempt nobody decided?",
          unit: "count",
          noData: "Cron has not written it: cron or telemetry is down.",
          limits: noneIsGood("warn"),
          queries: [latest("frontdesk.holds.unrepaired", "unrepaired")],
          links: [{ to: "runbook", title: "Runbook", alert: "HoldsUnrepaired" }],
        },
      ],
    },
    {
      title: "Where?",
      panels: [
        {
          kind: "bars",
          title: "From login to booking",
          question: "Where do people stop: how many logged in, looked, booked, cancelled?",
          unit: "count",
          noData: "Nobody was here in this time.",
          queries: [
            named(inRange(events, [], event("user.login")), "1 logged in"),
            named(inRange(requests, [], on("GET", "/v1/bookings")), "2 looked at bookings"),
            named(inRange(requests, [], booking), "3 tried to book"),
            named(inRange(events, [], event("booking.created")), "4 booked"),
            named(inRange(events, [], event("booking.cancelled")), "5 cancelled"),
          ],
        },
        {
          kind: "bars",
          title: "Answers to attempts to book",
          question: "What do guests get who try to book?",
          unit: "count",
          noData: "Nobody tried to book in this time.",
          queries: [inRange(requests, ["http.response.status_code"], booking)],
          spans: { calculate: "count", by: ["http.response.status_code"], where: booking },
        },
      ],
    },
    {
      title: "Since when?",
      panels: [
        {
          kind: "lines",
          title: "Bookings",
          question: "Are bookings made and cancelled as usual?",
          unit: "events/s",
          noData: "No booking was made or cancelled in this time.",
          queries: [
            perSecond(
              events,
              ["frontdesk.event.name"],
              [{ label: "frontdesk.event.name", op: "matches", value: "booking\\..+" }],
            ),
          ],
        },
        {
          kind: "lines",
          title: "Registrations and logins",
          question: "Do new houses come, and does staff come to work?",
          unit: "events/s",
          noData: "Nobody registered or logged in.",
          queries: [
            perSecond(
              events,
              ["frontdesk.event.name"],
              [{ label: "frontdesk.event.name", op: "matches", value: "user\\..+|tenant\\..+" }],
            ),
          ],
        },
        {
          kind: "lines",
          title: "Refused for conflict",
          question:
            "How many found their slot taken? It is a right answer; many of them mean a full house or a loop.",
          unit: "requests/s",
          noData: "Nobody was refused.",
          filledBy: "two guests who want the same slot",
          queries: [named(perSecond(requests, [], [...booking, conflict]), "409")],
          spans: { calculate: "count", by: [], where: [...booking, conflict] },
          links: [
            {
              to: "traces",
              title: "Traces of refused bookings",
              traceql:
                '{ span.frontdesk.sli = true && span.http.route = "/v1/bookings" && span.http.response.status_code = 409 }',
            },
          ],
        },
      ],
    },
    {
      title: "Why?",
      panels: [
        {
          kind: "traces",
          title: "Bookings refused or failed",
          question: "What happened to an attempt that was not booked?",
          noData: "Every attempt was booked.",
          filledBy: "two guests who want the same slot",
          traceql:
            '{ span.frontdesk.sli = true && span.http.route = "/v1/bookings" && span.http.request.method = "POST" && span.http.response.status_code >= 409 && resource.deployment.environment.name =~ "$environment" }',
        },
        {
          kind: "logs",
          title: "Calendars repaired",
          question: "Which attempts were left in the middle, and how did they end?",
          noData: "No attempt was left in the middle.",
          filledBy: "a process that dies between hold and apply",
          logsql: '"event.name":"calendar.repaired" AND "deployment.environment.name":~"$environment"',
        },
      ],
    },
  ],
};
