-- A tenant that is removed is marked first; cron removes its rows in slices, and this row last.
ALTER TABLE tenants ADD COLUMN removed_at INTEGER;
CREATE INDEX tenants_removed ON tenants (removed_at) WHERE removed_at IS NOT NULL;

-- Whose attempt it is, so that its row is removed with the tenant, and none is written after it.
ALTER TABLE decisions ADD COLUMN tenant_id TEXT REFERENCES tenants (id);
UPDATE decisions SET tenant_id = (SELECT tenant_id FROM bookings WHERE id = booking_id);
CREATE INDEX decisions_tenant ON decisions (tenant_id);
CREATE INDEX outbox_tenant ON outbox (tenant_id);
CREATE INDEX sessions_tenant ON sessions (tenant_id);

-- A whole index, for SQLite cannot use a partial one to see that no booking refers to a room.
-- The status comes second: the overlap triggers must not read what was cancelled.
DROP INDEX bookings_room_from;
CREATE INDEX bookings_room ON bookings (room_id, status, from_ms);
