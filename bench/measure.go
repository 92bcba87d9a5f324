package main

import (
	"context"
	"log"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// warmUp is how long each side works before it is measured.
const warmUp = 3 * time.Second

// row is what was measured of a figure.
type row struct {
	figure
	answers
	trips int // to the database and back
	limit limit
	spent work // during the answers
	peak  uint64
}

// measure measures a figure: the portal first, then without it the limit.
func (b *bench) measure(ctx context.Context, d database, f figure) (r row, err error) {
	log.Printf("measuring %s", f.name)
	r.figure = f
	about, err := d.subjects(ctx, f)
	if err != nil {
		return r, err
	}
	if err := d.tidy(ctx); err != nil {
		return r, err
	}
	if err := b.measurePortal(ctx, d, &r, about); err != nil {
		return r, err
	}
	if err := d.tidy(ctx); err != nil || f.noLimit {
		return r, err
	}
	trips, one, err := b.capture(ctx, d, f, about)
	if err != nil {
		return r, err
	}
	r.trips = len(trips)
	s, err := write(ctx, d, f, b.connectionsOf(f), one, trips)
	if err != nil {
		return r, err
	}
	if _, err := b.limit(ctx, d, f.name, s, warmUp); err != nil {
		return r, err
	}
	if err := d.tidy(ctx); err != nil {
		return r, err
	}
	r.limit, err = b.limit(ctx, d, f.name, s, b.duration)
	return r, err
}

func (b *bench) measurePortal(ctx context.Context, d database, r *row, about *subjects) (err error) {
	p, err := b.start(ctx, filepath.Join(b.data, "files"), d)
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := p.stop(); err == nil {
			err = stopErr
		}
		r.peak = p.peak
	}()
	if _, err := ask(ctx, p.address, r.figure, about, b.connectionsOf(r.figure), warmUp); err != nil {
		return err
	}
	before := b.workSoFar(p)
	r.answers, err = ask(ctx, p.address, r.figure, about, b.connectionsOf(r.figure), b.duration)
	r.spent = b.workSoFar(p).since(before)
	return err
}

func (b *bench) connectionsOf(f figure) int {
	if f.most > 0 {
		return min(f.most, b.connections)
	}
	return b.connections
}

// newest is later than every id of the seed, and earlier than all others.
const newest = `'00000001-0000-0000-0000-000000000000'`

// tidy leaves nothing behind for the next figure: jobs, events to seal, tickets,
// pages to write. Only audit events stay. Sessions are as if used just now, so that
// nothing is noted of them.
func (d database) tidy(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.super)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, statement := range []string{
		`truncate river_job, audit_pending, throttles`,
		`set session_replication_role = replica`,
		`delete from ticket_comments where id > ` + newest,
		`delete from ticket_changes where id > ` + newest,
		`delete from ticket_followers where client_ticket_id > ` + newest,
		`delete from client_tickets where id > ` + newest,
		`delete from tickets where id > ` + newest,
		`delete from time_entry_revisions where revision > 1`,
		`update time_tracking set approval = 'pending', approved_at = null, approved_by_client_user_id = null, decided_by_name = null, revision = 1
			where approval = 'approved' and revision > 1`,
		`reset session_replication_role`,
		`update sessions set last_seen_at = now() + interval '1 hour', expires_at = now() + interval '1 day'`,
		`vacuum analyze sessions`,
		`checkpoint`,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
