CREATE TABLE bookings (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  room_id TEXT NOT NULL REFERENCES rooms (id),
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  customer_name TEXT NOT NULL,
  customer_email TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
  version INTEGER NOT NULL CHECK (version > 0),
  created_at INTEGER NOT NULL,
  -- At most 30 days, as src/features/bookings/booking.ts says: the triggers below look back no further.
  CHECK (from_ms < to_ms AND to_ms - from_ms <= 2592000000)
) STRICT;
CREATE INDEX bookings_tenant_from ON bookings (tenant_id, from_ms, id);
CREATE INDEX bookings_room_from ON bookings (room_id, from_ms) WHERE status = 'confirmed';

-- The second lock: half-open intervals [from, to) of one room never overlap, whatever the code above thinks.
CREATE TRIGGER bookings_overlap_insert BEFORE INSERT ON bookings
WHEN NEW.status = 'confirmed' AND EXISTS (
  SELECT 1 FROM bookings
  WHERE room_id = NEW.room_id AND status = 'confirmed' AND id <> NEW.id AND from_ms < NEW.to_ms AND to_ms > NEW.from_ms
    AND from_ms > NEW.from_ms - 2592000001
)
BEGIN
  SELECT RAISE(ABORT, 'bookings.overlap');
END;
CREATE TRIGGER bookings_overlap_update BEFORE UPDATE ON bookings
WHEN NEW.status = 'confirmed' AND EXISTS (
  SELECT 1 FROM bookings
  WHERE room_id = NEW.room_id AND status = 'confirmed' AND id <> NEW.id AND from_ms < NEW.to_ms AND to_ms > NEW.from_ms
    AND from_ms > NEW.from_ms - 2592000001
)
BEGIN
  SELECT RAISE(ABORT, 'bookings.overlap');
END;

-- One row decides one attempt; the first writer wins. Never deleted: an alarm that comes late must find its answer.
CREATE TABLE decisions (
  attempt TEXT PRIMARY KEY NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('committed', 'aborted')),
  booking_id TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  -- When the calendar was seen to have obeyed; NULL on a committed row is a debt that cron pays.
  applied_at INTEGER,
  -- Its place in cron's queue: when it was decided, later when it was last tried in vain, so that no debt starves the others.
  queued_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_unapplied ON decisions (queued_at, decided_at) WHERE outcome = 'committed' AND applied_at IS NULL;

CREATE TABLE idempotency (
  tenant_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  location TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL,
  type TEXT NOT NULL,
  aggregate TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  payload TEXT NOT NULL,
  traceparent TEXT,
  tracestate TEXT,
  -- Who asked, so that the effects can be found by the ids of the request.
  request_id TEXT,
  correlation_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'handled')),
  sends INTEGER NOT NULL,
  claimed_until INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  handled_at INTEGER,
  UNIQUE (aggregate, sequence)
) STRICT;
CREATE INDEX outbox_due ON outbox (claimed_until) WHERE state <> 'handled';
CREATE INDEX outbox_handled ON outbox (handled_at) WHERE state = 'handled';

CREATE TABLE inbox (
  event_id TEXT PRIMARY KEY NOT NULL,
  handled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_handled ON inbox (handled_at);

-- What the consumer makes of events: the newest change of each booking, and counts per day.
CREATE TABLE activity (
  aggregate TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL,
  type TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  payload TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX activity_tenant_at ON activity (tenant_id, at, aggregate);

CREATE TABLE activity_days (
  tenant_id TEXT NOT NULL,
  day TEXT NOT NULL,
  type TEXT NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, day, type)
) STRICT;

CREATE TABLE audit (
  id TEXT PRIMARY KEY NOT NULL,
  tenant_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_tenant_at ON audit (tenant_id, at, id);
