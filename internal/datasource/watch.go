package datasource

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/news"
)

// watch is the job that looks for sources whose numbers grow old, and for tokens that
// are about to end.
type watch struct{}

// Kind implements river.JobArgs.
func (watch) Kind() string { return "data_source_watch" }

// warnBefore is how long before a token ends the agency is warned.
const warnBefore = 7 * 24 * time.Hour

type watcher struct {
	river.WorkerDefaults[watch]
	*Service
}

// Work warns of each thing once.
func (w *watcher) Work(ctx context.Context, _ *river.Job[watch]) error {
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		q, now := datasourcedb.New(tx), clock.Now(ctx)
		rows, err := q.Watched(ctx)
		if err != nil {
			return err
		}
		warned := 0
		for _, row := range rows {
			l := loaded{row.AnalyticsDataSource, row.CustomerName, row.CustomerZone, row.Busy}
			var marks []string
			fresh := false
			for _, warning := range w.warnings(l, now) {
				marks = append(marks, warning.mark)
				if strings.Contains(l.Warned, warning.mark) {
					continue
				}
				fresh = true
				warned++
				tx.Enqueue(told{SourceID: l.ID, Event: warning.event, EventID: newID()}, nil)
			}
			if !fresh {
				continue
			}
			mark := strings.Join(marks, ", ")
			if err := q.SetWarned(ctx, datasourcedb.SetWarnedParams{ID: l.ID, Warned: mark}); err != nil {
				return err
			}
			tx.Record(inner("warn", l.ID, map[string]string{"of": mark}))
		}
		if warned == 0 {
			return db.ErrUnchanged
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("watch over data sources: %w", err)
	}
	return nil
}

// warning is what the agency should hear about a source, and how it is remembered
// that they have: a token that ends another day, or numbers that grow old after they
// were read again, are something new.
type warning struct{ event, mark string }

func (w *watcher) warnings(l loaded, now time.Time) (list []warning) {
	if l.FailureKind == "reauthorise" {
		return nil // told when it happened
	}
	if l.TokenExpiresAt != nil && l.TokenExpiresAt.Sub(now) < warnBefore && w.lasts(l) {
		list = append(list, warning{tokenEnds, "token " + l.TokenExpiresAt.Format(time.DateOnly)})
	}
	if late(l, now) {
		list = append(list, warning{growsOld, "old since " + l.LastSyncAt.UTC().Format(time.RFC3339)})
	}
	return list
}

// lasts reports whether the token is one that somebody has to replace. The portal
// renews the others by itself, again and again: the tokens of a Renewer that nobody
// authorised in a browser, and those that live for less than two days.
func (w *watcher) lasts(l loaded) bool {
	source, _ := w.known(l.SourceType)
	if _, renews := source.(upstream.Renewer); renews && (l.ConnectionType == nil || *l.ConnectionType != byOAuth) {
		return false
	}
	return l.ConnectedAt == nil || l.TokenExpiresAt.Sub(*l.ConnectedAt) > 48*time.Hour
}

// What the agency is told of a source.
const (
	needsSignIn = "needs_authorisation"
	tokenEnds   = "token_expires"
	growsOld    = "stale"
)

// told is the job that tells the agency's people of a source.
type told struct {
	SourceID uuid.UUID `json:"source_id"`
	Event    string    `json:"event"`
	EventID  uuid.UUID `json:"event_id"`
}

// Kind implements river.JobArgs.
func (told) Kind() string { return "data_source_notice" }

type newsWorker struct {
	river.WorkerDefaults[told]
	*Service
}

// Work tells those who serve the customer, by what each has chosen.
func (w *newsWorker) Work(ctx context.Context, job *river.Job[told]) error {
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := load(ctx, q, job.Args.SourceID)
		if err != nil {
			return err
		}
		ids, err := q.Readers(ctx, l.CustomerID)
		if err != nil || len(ids) == 0 {
			return errors.Join(err, db.ErrUnchanged)
		}
		n := job.Args.notice(l, clock.Now(ctx))
		for _, id := range ids {
			n.Readers = append(n.Readers, news.Reader{ID: id, Staff: true})
		}
		if _, err := w.Notify.Tell(ctx, tx, n); err != nil {
			return err
		}
		tx.Record(inner("notify", l.ID, map[string]any{"event": job.Args.Event, "readers": ids}))
		return nil
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("tell of a data source: %w", err)
	}
	return nil
}

func (t told) notice(l loaded, now time.Time) news.Notice {
	n := news.Notice{
		CustomerID: l.CustomerID, Kind: news.SourceNews, EventID: t.EventID, At: now,
		Subject: news.Subject{Type: "data_source", ID: l.ID}, Who: l.customer, About: l.SourceName, Path: path(l.ID),
	}
	switch t.Event {
	case needsSignIn:
		n.Text, n.Note = "can no longer be read:", l.FailureStaff
	case tokenEnds:
		n.Text = "has a connection that is about to end:"
		if l.TokenExpiresAt != nil {
			n.Note = "It ends on " + l.TokenExpiresAt.In(zoneOf(l.customerZone)).Format("2 January 2006") + ". Renew it before, and no day is missed."
		}
	default:
		n.Text, n.Note = "has numbers that are older than they should be:", healthOf(l, now).Staff
	}
	return n
}

// path is where clients' pages have a source; staff have it below /staff.
func path(id uuid.UUID) string { return "/data-sources/" + id.String() }
