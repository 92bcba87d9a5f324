package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/news"
	"clientportal/internal/project/projectdb"
)

// letterTo is the job that writes to one person.
type letterTo struct {
	Notice   notice    `json:"notice"`
	ReaderID uuid.UUID `json:"reader_id"`
	Staff    bool      `json:"staff"` // the reader is an employee
}

// Kind implements river.JobArgs.
func (letterTo) Kind() string { return "project_mail" }

type letterWorker struct {
	river.WorkerDefaults[letterTo]
	*Service
}

// Work sends the mail, unless the reader has left or may no longer read of it.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[letterTo]) error {
	to, err := w.reader(ctx, job.Args)
	if err == nil {
		err = w.send(actor.With(ctx, to.Actor), job.Args, to)
	}
	if errors.Is(err, pgx.ErrNoRows) || fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mail about quote %s: %w", job.Args.Notice.QuoteID, err)
	}
	return nil
}

func (w *letterWorker) send(ctx context.Context, job letterTo, to reader) error {
	st, err := w.story(ctx, job.Notice, to)
	if err != nil {
		return err
	}
	end, err := w.Notify.Ending(st.quote.Customer.ID, news.Reader{ID: to.ID, Staff: job.Staff}, job.Notice.Event.kind())
	if err != nil {
		return err
	}
	if st.head, err = w.Letterhead(ctx); err != nil {
		return err
	}
	letter := st.letter(w.BaseURL)
	letter.SettingsURL = end.SettingsURL
	return w.Mail.Send(ctx, mail.Message{
		ToName: to.Name, ToEmail: to.Email, Subject: "[" + st.quote.Number + "] " + letter.Title,
		Text: letter.Text(), HTML: mail.Layout(letter), Unsubscribe: end.Unsubscribe,
	})
}

// reader is who gets a mail. What it tells is read with their own rights: what
// they may not see can't get into it.
type reader struct {
	actor.Actor
	zone *time.Location
}

// reader finds who is to be written to; no row: they are no longer there.
func (s *Service) reader(ctx context.Context, to letterTo) (r reader, err error) {
	var zone string
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := projectdb.New(tx)
		if to.Staff {
			e, err := q.AgencyReader(ctx, projectdb.AgencyReaderParams{QuoteID: to.Notice.QuoteID, ReaderID: to.ReaderID})
			zone = e.Timezone
			r.Actor = actor.Actor{Kind: actor.Staff, ID: to.ReaderID, Name: e.Name, Email: e.Email, CustomerIDs: []uuid.UUID{e.CustomerID}}
			return err
		}
		u, err := q.CustomerReader(ctx, projectdb.CustomerReaderParams{QuoteID: to.Notice.QuoteID, ReaderID: to.ReaderID})
		zone = u.Timezone
		r.Actor = actor.Actor{Kind: actor.Client, ID: to.ReaderID, Name: u.Name, Email: u.Email, Role: actor.Viewer, CustomerIDs: []uuid.UUID{u.CustomerID}}
		return err
	})
	if r.zone, _ = time.LoadLocation(zone); r.zone == nil {
		r.zone = time.UTC
	}
	return r, err
}

// story reads what the mail is about.
func (s *Service) story(ctx context.Context, n notice, to reader) (st story, err error) {
	st = story{event: n.Event, reader: to}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := projectdb.New(tx)
		if st.quote, err = readQuote(ctx, q, n.QuoteID); err != nil {
			return err
		}
		switch n.Event {
		case phaseWaits:
			at := slices.IndexFunc(st.quote.Phases, func(p Phase) bool { return p.ID == n.ItemID && p.Status == PhaseWaiting })
			if at < 0 {
				return pgx.ErrNoRows // it waits no longer
			}
			st.phase = st.quote.Phases[at]
		case updatePosted:
			st.update, err = q.ProjectUpdate(ctx, projectdb.ProjectUpdateParams{QuoteID: n.QuoteID, ID: n.ItemID})
		case delivered, signedOff:
			st.deliverable, err = q.Deliverable(ctx, projectdb.DeliverableParams{QuoteID: n.QuoteID, ID: n.ItemID})
		}
		return err
	})
	return st, err
}
