package timetrack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/news"
	"clientportal/internal/timetrack/timetrackdb"
)

// Notifier tells people what concerns them.
type Notifier interface {
	// Tell keeps the notice for its readers, and sees to their mails.
	Tell(ctx context.Context, tx *db.Tx, n news.Notice) ([]news.Reader, error)
}

// event is what happened to hours or a retainer.
type event string

const (
	entryRejected  event = "entry_rejected"
	entryAnswered  event = "entry_answered"
	approvesSoon   event = "approves_soon" // entries will be approved by themselves
	runsLow        event = "runs_low"      // a retainer is used up to one of news.RetainerPercents
	blockAsked     event = "block_asked"
	blockDecided   event = "block_decided"
	blockWithdrawn event = "block_withdrawn" // by the agency
)

// notice is the job that finds out whom an event concerns and tells them.
type notice struct {
	ID         uuid.UUID `json:"id"` // nobody is told of it twice
	CustomerID uuid.UUID `json:"customer_id"`
	Event      event     `json:"event"`
	SubjectID  uuid.UUID `json:"subject_id"` // the entry, retainer or block
	ActorID    uuid.UUID `json:"actor_id"`   // who knows already
	ActorName  string    `json:"actor_name"`
	ByStaff    bool      `json:"by_staff"`

	Percent int    `json:"percent,omitempty"` // of runsLow
	Note    string `json:"note,omitempty"`    // of runsLow and approvesSoon
}

// Kind implements river.JobArgs.
func (notice) Kind() string { return "hours_notice" }

// tell tells the people whom an event concerns.
func tell(ctx context.Context, tx *db.Tx, n notice) {
	if time.Since(clock.Now(ctx)) > time.Hour {
		return // a past that is lived through again is no news
	}
	who := tx.Actor()
	if n.ID == uuid.Nil {
		n.ID = newID()
	}
	n.ActorName = who.Name
	if n.Event != runsLow { // whoever logs the hours need not know
		n.ActorID = who.ID
	}
	tx.Enqueue(n, nil)
}

type noticeWorker struct {
	river.WorkerDefaults[notice]
	*Service
}

// Work tells everybody whom the notice concerns.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[notice]) error {
	n := job.Args
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		told, worker, err := n.words(ctx, tx)
		if err != nil {
			return err
		}
		if told.Readers, err = n.readers(ctx, tx, worker); err != nil {
			return err
		}
		if len(told.Readers) == 0 {
			return db.ErrUnchanged
		}
		_, err = w.Notify.Tell(ctx, tx, told)
		tx.Record(about(told.Subject.Type, told.Subject.Type+".notify", uuid.Nil, n.SubjectID, map[string]any{"event": n.Event, "readers": told.Readers}))
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) || fault.CodeOf(err) == fault.NotFound {
		return nil // it is gone
	}
	if err != nil {
		return fmt.Errorf("tell whom hours concern: %w", err)
	}
	return nil
}

const hoursPath = "/hours" // of both sides' pages

// words are the notice as its readers get it, and who worked, of an entry.
func (n notice) words(ctx context.Context, tx *db.Tx) (told news.Notice, worker *uuid.UUID, err error) {
	told = news.Notice{
		CustomerID: n.CustomerID, Kind: news.HoursNews, EventID: n.ID, Subject: news.Subject{Type: "time_entry", ID: n.SubjectID},
		At: clock.Now(ctx), Who: n.ActorName, Note: n.Note, Path: hoursPath,
	}
	q := timetrackdb.New(tx)
	switch n.Event {
	case entryRejected, entryAnswered:
		e, err := entryRow(ctx, tx, n.SubjectID)
		if err != nil {
			return told, nil, err
		}
		worker = e.EmployeeID
		told.Text, told.About, told.Path = "rejected", e.Hours.String()+" h of "+e.DateWorked.Format("2 January"), hoursPath+"/"+e.ID.String()
		told.Note = maybe.Value(e.RejectionReason)
		if n.Event == entryAnswered {
			told.Text, told.Note = "answered about", markdown.Shorten(e.TaskDescription, news.NoteLength)
		}
	case approvesSoon:
		told.Who, told.Text, told.About = "Hours", "will be approved by themselves:", n.Note
		told.Note = "Reject what you do not agree with before then."
		told.Subject = news.Subject{Type: "customer", ID: n.CustomerID}
	case runsLow:
		name, err := q.RetainerName(ctx, n.SubjectID)
		if err != nil {
			return told, nil, err
		}
		told.Kind, told.Subject.Type = news.RetainerNews, "retainer"
		told.Who, told.Text, told.About = name, fmt.Sprintf("is used up to %d %%", n.Percent), "by what was worked"
	default:
		b, err := q.Block(ctx, n.SubjectID)
		if err != nil {
			return told, nil, err
		}
		told.Kind, told.Subject.Type = news.RetainerNews, "overage_block"
		told.Text, told.About = "asks you to approve", fmt.Sprintf("%s h beyond %s for %s %s", Hours(b.OverageBlock.Minutes), b.RetainerName, b.OverageBlock.Currency, b.OverageBlock.Amount.StringFixed(2))
		told.Note = b.OverageBlock.Reason
		switch n.Event {
		case blockDecided:
			told.Text, told.Note = b.OverageBlock.Status, maybe.Value(b.OverageBlock.Comment)
		case blockWithdrawn:
			told.Text, told.Note = "no longer asks for", ""
		}
	}
	return told, worker, nil
}

// readers are whom the notice concerns, but for who caused it.
func (n notice) readers(ctx context.Context, tx *db.Tx, worker *uuid.UUID) (readers []news.Reader, err error) {
	q := timetrackdb.New(tx)
	toClient := n.Event == runsLow || n.Event == approvesSoon || n.Event == blockAsked || n.Event == blockWithdrawn || n.Event == entryAnswered && n.ByStaff
	toStaff := n.Event == runsLow || n.Event == entryRejected || n.Event == blockDecided || n.Event == entryAnswered && !n.ByStaff
	var clients, staff []uuid.UUID
	if toClient {
		clients, err = q.Deciders(ctx, timetrackdb.DecidersParams{CustomerID: n.CustomerID, Roles: []string{string(actor.Approver), string(actor.Admin)}})
	}
	if err == nil && toStaff {
		staff, err = q.Serving(ctx, timetrackdb.ServingParams{CustomerID: n.CustomerID, Worker: worker})
	}
	for i, id := range append(clients, staff...) {
		if id != n.ActorID {
			readers = append(readers, news.Reader{ID: id, Staff: i >= len(clients)})
		}
	}
	return readers, err
}

// AddWorkers adds what works on the jobs of hours and retainers.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, &noticeWorker{Service: s})
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[rollPeriods]) error { return s.RollPeriods(ctx) }))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[approveByItself]) error { return s.ApproveByItself(ctx) }))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[foldMonths]) error { return s.FoldMonths(ctx) }))
}

// PeriodicJobs are what hours and retainers do by the clock.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	hourly := func(args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: time.Hour}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	return []*river.PeriodicJob{hourly(rollPeriods{}), hourly(approveByItself{}), hourly(foldMonths{})}
}
