package datasource

import (
	"context"
	"errors"
	"fmt"
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

// watch is the job that looks for sources whose numbers grow old, for tokens that are
// about to end, and for connections that ended again while nobody was to be told.
type watch struct{}

// Kind implements river.JobArgs.
func (watch) Kind() string { return "data_source_watch" }

const (
	// warnBefore is how long before a token ends the agency is warned.
	warnBefore = 7 * 24 * time.Hour

	// calm is how long after news of a source nothing more of the kind is said, however
	// often it fails and is well again: unless somebody makes its connection anew.
	calm = 24 * time.Hour
)

type watcher struct {
	river.WorkerDefaults[watch]
	*Service
}

// Work tells of each thing once.
func (w *watcher) Work(ctx context.Context, _ *river.Job[watch]) error {
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		q, now := datasourcedb.New(tx), clock.Now(ctx)
		rows, err := q.Watched(ctx)
		if err != nil {
			return err
		}
		any := false
		for _, row := range rows {
			l := loaded{row.AnalyticsDataSource, row.CustomerName, row.CustomerZone, row.Busy}
			for _, p := range w.plights(l, now) {
				told, err := tell(ctx, tx, l.ID, p, now)
				if err != nil {
					return err
				}
				any = any || told
			}
		}
		if !any {
			return db.ErrUnchanged
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("watch over data sources: %w", err)
	}
	return nil
}

// plight is what the agency should hear about a source. Its episode tells it from the
// same thing another time: a connection that ends, or numbers that grow old, after they
// were read again; a token that ends another day.
type plight struct{ event, episode string }

func (w *watcher) plights(l loaded, now time.Time) (list []plight) {
	if l.FailureKind == string(upstream.Reauthorise) {
		return []plight{{needsSignIn, sinceSync(l)}}
	}
	if l.TokenExpiresAt != nil && l.TokenExpiresAt.Sub(now) < warnBefore && w.lasts(l) {
		list = append(list, plight{tokenEnds, l.TokenExpiresAt.Format(time.DateOnly)})
	}
	if late(l, now) {
		list = append(list, plight{growsOld, sinceSync(l)})
	}
	return list
}

// sinceSync is the episode of what lasts until the source is read again.
func sinceSync(l loaded) string {
	if l.LastSyncAt == nil {
		return "never"
	}
	return l.LastSyncAt.UTC().Format(time.RFC3339)
}

// tell has the agency told of a plight, unless they know, or were told of another of
// the kind a short while ago: then the watch tells, if it lasts.
func tell(ctx context.Context, tx *db.Tx, source uuid.UUID, p plight, now time.Time) (told bool, err error) {
	n, err := datasourcedb.New(tx).Tell(ctx, datasourcedb.TellParams{ID: source, Event: p.event, Episode: p.episode, Now: now, CalmSince: now.Add(-calm)})
	if err != nil || n == 0 {
		return false, err
	}
	tx.Enqueue(notice{SourceID: source, Event: p.event, EventID: newID()}, nil)
	tx.Record(inner("warn", source, map[string]string{"of": p.event, "episode": p.episode}))
	return true, nil
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

// notice is the job that tells the agency's people of a source.
type notice struct {
	SourceID uuid.UUID `json:"source_id"`
	Event    string    `json:"event"`
	EventID  uuid.UUID `json:"event_id"`
}

// Kind implements river.JobArgs.
func (notice) Kind() string { return "data_source_notice" }

type newsWorker struct {
	river.WorkerDefaults[notice]
	*Service
}

// Work tells those who serve the customer, by what each has chosen.
func (w *newsWorker) Work(ctx context.Context, job *river.Job[notice]) error {
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
		n := job.Args.words(l, clock.Now(ctx))
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

func (t notice) words(l loaded, now time.Time) news.Notice {
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
		if l.LastSyncAt == nil {
			n.Text = "has not been read yet, and should have been:"
		}
	}
	return n
}

// path is where clients' pages have a source; staff have it below /staff.
func path(id uuid.UUID) string { return "/data-sources/" + id.String() }
