package prepare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/news"
)

// making is the job that makes an export.
type making struct {
	ExportID uuid.UUID `json:"export_id"`
}

// Kind implements river.JobArgs.
func (making) Kind() string { return "export_make" }

type makingWorker struct {
	river.WorkerDefaults[making]
	*Service
}

// makingTime is how long writing one file may take.
const makingTime = 5 * time.Minute

// Timeout implements river.Worker.
func (*makingWorker) Timeout(*river.Job[making]) time.Duration { return makingTime }

// patience is how long an export waits for people who are still being counted.
const patience = 10 * time.Minute

// tries is how often an export is tried before it has failed.
const tries = 3

// Work makes the file. It waits for people who are still being counted.
func (w *makingWorker) Work(ctx context.Context, job *river.Job[making]) error {
	wait, err := w.Make(ctx, job.Args.ExportID)
	switch {
	case err != nil && job.Attempt >= tries:
		return errors.Join(river.JobCancel(err), w.fail(context.WithoutCancel(ctx), job.Args.ExportID))
	case err == nil && wait:
		return river.JobSnooze(5 * time.Second)
	}
	return err
}

// Make reads an export's numbers and writes its file. It asks to be called again while
// a source is being asked for some of the numbers.
func (s *Service) Make(ctx context.Context, id uuid.UUID) (wait bool, err error) {
	e, err := s.step(ctx, id, Reading)
	if err != nil || e.finished() {
		return false, err
	}
	report, err := s.read(ctx, e)
	if fault.CodeOf(err) == fault.NotFound {
		return false, s.fail(ctx, id) // it is switched off
	}
	if err != nil {
		return false, err
	}
	if report.Incomplete() && clock.Now(ctx).Sub(e.AskedAt) < patience {
		return true, nil
	}
	if e, err = s.step(ctx, id, Writing); err != nil {
		return false, err
	}
	format, known := s.Dashboards.Formats[e.Format]
	if !known {
		return false, fmt.Errorf("export %s: there is no format %q", id, e.Format)
	}
	var file bytes.Buffer
	if err := format.Render(ctx, &file, report); err != nil {
		return false, fmt.Errorf("write export %s: %w", id, err)
	}
	key, err := s.Files.Keep(ctx, format.ContentType, file.Bytes())
	if err != nil {
		return false, err
	}
	return false, s.finish(ctx, e, Export{
		key: key, FileName: report.FileName(format.Extension), contentType: format.ContentType, Bytes: new(int64(file.Len())),
	})
}

// read reads the numbers as whoever asked sees them.
func (s *Service) read(ctx context.Context, e Export) (analytics.Report, error) {
	if e.user != nil {
		return s.Dashboards.SeenByClients(ctx, e.Customer.ID, e.Dashboard.ID, e.covered(), e.Compare)
	}
	return s.Dashboards.SeenByAgency(ctx, e.Dashboard.ID, e.covered(), e.Compare)
}

func (e Export) finished() bool { return e.Status == Ready || e.Status == Failed }

// held is an export that is worked on; one that is gone meanwhile is finished.
func held(ctx context.Context, tx *db.Tx, id uuid.UUID) (Export, error) {
	rows, err := tx.Query(ctx, selectExports+`e.id = $1 for update of e`, id)
	if err != nil {
		return Export{}, err
	}
	e, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return Export{Status: Failed}, nil
	}
	return e, err
}

// step notes how far an export is.
func (s *Service) step(ctx context.Context, id uuid.UUID, status string) (e Export, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if e, err = held(ctx, tx, id); err != nil {
			return err
		}
		if e.finished() || e.Status == status {
			return db.ErrUnchanged
		}
		tx.Record(about("export.step", e.Customer.ID, id, map[string]any{"status": status}))
		announce(tx, e.Customer.ID, id, e.employee != nil)
		_, err = tx.Exec(ctx, `update dashboard_exports set status = $2 where id = $1`, id, status)
		return err
	})
	return e, err
}

// finish keeps the file, and tells whoever asked for it.
func (s *Service) finish(ctx context.Context, e, made Export) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := held(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if now.finished() { // another job was faster: its file is kept, this one is swept
			return db.ErrUnchanged
		}
		tx.Record(about("export.make", e.Customer.ID, e.ID, map[string]any{"file": made.FileName, "bytes": *made.Bytes}))
		announce(tx, e.Customer.ID, e.ID, e.employee != nil)
		if _, err := tx.Exec(ctx, `
			update dashboard_exports set status = 'ready', file_key = $2, file_name = $3, content_type = $4, file_bytes = $5, finished_at = $6, expires_at = $7
			where id = $1`, e.ID, made.key, made.FileName, made.contentType, *made.Bytes, clock.Now(ctx), clock.Now(ctx).Add(keptFor)); err != nil {
			return err
		}
		return s.tell(ctx, tx, e, "has made your export of")
	})
}

// fail says that an export can't be made.
func (s *Service) fail(ctx context.Context, id uuid.UUID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		e, err := held(ctx, tx, id)
		if err != nil {
			return err
		}
		if e.finished() {
			return db.ErrUnchanged
		}
		tx.Record(audit.Event{Action: "export.fail", Outcome: audit.Failure, CustomerID: e.Customer.ID, Subject: audit.Subject{Type: "export", ID: id}})
		announce(tx, e.Customer.ID, id, e.employee != nil)
		if _, err := tx.Exec(ctx, `update dashboard_exports set status = 'failed', finished_at = $2 where id = $1`, id, clock.Now(ctx)); err != nil {
			return err
		}
		return s.tell(ctx, tx, e, "could not make your export of")
	})
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, e Export, text string) error {
	n := news.Notice{
		CustomerID: e.Customer.ID, Kind: news.ExportMade, EventID: e.ID, Subject: news.Subject{Type: "export", ID: e.ID}, At: clock.Now(ctx),
		Who: "The portal", Text: text, About: e.Dashboard.Name, Note: e.words(), Path: "/exports/" + e.ID.String(),
	}
	if e.employee != nil {
		n.Readers = []news.Reader{{ID: *e.employee, Staff: true}}
	} else {
		n.Path, n.Readers = "/analytics"+n.Path, []news.Reader{{ID: *e.user}}
	}
	_, err := s.Notify.Tell(ctx, tx, n)
	return err
}

// words are what an export has: its days.
func (e Export) words() string { return widget.Range{From: e.From, To: e.To}.Label() }
