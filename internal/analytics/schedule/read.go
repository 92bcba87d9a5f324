package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// Summary is a report in a list.
type Summary struct {
	ID          uuid.UUID       `json:"id"`
	Customer    analytics.Named `json:"customer"`
	DashboardID *uuid.UUID      `json:"dashboard_id" doc:"null once the dashboard is removed"`
	Dashboard   string          `json:"dashboard_name"`
	DueAt       time.Time       `json:"due_at"`
	From        widget.Day      `json:"from"`
	To          widget.Day      `json:"to"`
	Status      string          `json:"status" enum:"waiting,held,sent,dropped"`
	Reasons     []string        `json:"reasons,omitempty" doc:"Why it is held or was dropped; for the agency"`
	Note        string          `json:"note" doc:"The agency's words to its readers"`
	Bytes       *int32          `json:"file_bytes" doc:"Of the PDF"`
	SentAt      *time.Time      `json:"sent_at"`
	Zone        string          `json:"timezone"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

// Report is a report whole: as it was sent, and what has changed since.
type Report struct {
	Summary
	Report   *analytics.Report `json:"report" doc:"As it was sent; null until then"`
	Restated []Restated        `json:"restated" doc:"Figures that their sources have changed since"`
	Mails    []Mail            `json:"mails,omitempty" doc:"For the agency"`
}

// Mail is how the mail to one person stands.
type Mail struct {
	Recipient
	Status string    `json:"status" enum:"waiting,sending,sent,left_out"`
	Reason string    `json:"reason,omitempty" doc:"Why somebody was left out"`
	At     time.Time `json:"at"`
}

// Filter picks reports; the zero one is all that the reader sees.
type Filter struct {
	CustomerID *uuid.UUID
	Status     string
	Name       string // a part of the dashboard's
}

type reportCursor struct {
	Due time.Time `json:"d"`
	ID  uuid.UUID `json:"i"`
}

// Reports are a page of reports, the last due first. A customer's people see what was
// sent of the dashboards that they see.
func (s *Service) Reports(ctx context.Context, f Filter, page api.PageQuery) (list api.Page[Summary], err error) {
	var before reportCursor
	if err := api.DecodeCursor(page.Cursor, &before); err != nil {
		return list, err
	}
	var beforeID *uuid.UUID
	if before.ID != uuid.Nil {
		beforeID = &before.ID
	}
	var items []Summary
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := scheduledb.New(tx)
		if who := tx.Actor(); who.Is(actor.Client) {
			rows, err := q.SentReports(ctx, scheduledb.SentReportsParams{Name: f.Name, ReaderID: analytics.KeptFrom(who), BeforeID: beforeID, BeforeDue: before.Due, Size: int32(page.Limit) + 1})
			for _, r := range rows {
				items = append(items, Summary{
					ID: r.ID, Customer: analytics.Named{ID: r.CustomerID, Name: r.CustomerName}, DashboardID: r.DashboardID, Dashboard: r.DashboardName, DueAt: r.DueAt,
					From: widget.Day{Time: r.RangeFrom}, To: widget.Day{Time: r.RangeTo}, Status: r.Status, Note: r.Note, Bytes: r.FileBytes, SentAt: r.SentAt,
					Zone: r.Timezone, UpdatedAt: r.UpdatedAt,
				})
			}
			return err
		}
		var status *string
		if f.Status != "" {
			status = &f.Status
		}
		rows, err := q.Reports(ctx, scheduledb.ReportsParams{Name: f.Name, CustomerID: f.CustomerID, Status: status, BeforeID: beforeID, BeforeDue: before.Due, Size: int32(page.Limit) + 1})
		for _, r := range rows {
			items = append(items, Summary{
				ID: r.ID, Customer: analytics.Named{ID: r.CustomerID, Name: r.CustomerName}, DashboardID: r.DashboardID, Dashboard: r.DashboardName, DueAt: r.DueAt,
				From: widget.Day{Time: r.RangeFrom}, To: widget.Day{Time: r.RangeTo}, Status: r.Status, Reasons: r.Reasons, Note: r.Note, Bytes: r.FileBytes, SentAt: r.SentAt,
				Zone: r.Timezone, UpdatedAt: r.UpdatedAt,
			})
		}
		return err
	})
	return api.PageOf(items, page.Limit, func(last Summary) any { return reportCursor{last.DueAt, last.ID} }), err
}

// Report is a report with what has changed since it was sent, and leaves an event of
// the view.
func (s *Service) Report(ctx context.Context, id uuid.UUID) (r Report, err error) {
	var row kept
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if row, err = readKept(ctx, tx, id); err != nil {
			return err
		}
		r.Summary, r.Restated = row.Summary, []Restated{}
		tx.Record(about("report.view", "report", r.Customer.ID, id, nil))
		if !tx.Actor().Is(actor.Staff) {
			return nil
		}
		mails, err := scheduledb.New(tx).Mails(ctx, id)
		for _, m := range mails {
			r.Mails = append(r.Mails, Mail{Recipient{m.UserID, m.Name}, m.Status, m.Reason, m.ChangedAt})
		}
		return err
	})
	if err != nil || row.frozen == nil {
		return r, err
	}
	r.Report = &analytics.Report{}
	if err := json.Unmarshal(row.frozen, r.Report); err != nil {
		return r, fmt.Errorf("read report %s as it was sent: %w", id, err)
	}
	if r.DashboardID == nil {
		return r, nil
	}
	now, err := s.Dashboards.SeenByClients(ctx, r.Customer.ID, *r.DashboardID, covered(row.From.Time, row.To.Time, row.preset), widget.Comparison(row.compare))
	if fault.CodeOf(err) == fault.NotFound {
		return r, nil
	}
	r.Restated = restated(*r.Report, now)
	return r, err
}

// File is the document of a sent report with its name, and leaves an event of the
// download.
func (s *Service) File(ctx context.Context, id uuid.UUID) (name string, content []byte, err error) {
	var row kept
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if row, err = readKept(ctx, tx, id); err != nil {
			return err
		}
		if row.file == "" {
			return fault.Missing("document")
		}
		tx.Record(about("report.download", "report", row.Customer.ID, id, nil))
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	var report analytics.Report
	if err := json.Unmarshal(row.frozen, &report); err != nil {
		return "", nil, err
	}
	content, err = s.Files.ReadAll(ctx, row.file)
	return report.FileName("pdf"), content, err
}

// kept is a report as the database has it.
type kept struct {
	Summary
	frozen          []byte
	file            string
	preset, compare string
}

func readKept(ctx context.Context, tx *db.Tx, id uuid.UUID) (k kept, err error) {
	q := scheduledb.New(tx)
	if who := tx.Actor(); who.Is(actor.Client) {
		r, err := q.SentReport(ctx, scheduledb.SentReportParams{ID: id, ReaderID: analytics.KeptFrom(who)})
		k.Summary = Summary{
			ID: r.ID, Customer: analytics.Named{ID: r.CustomerID, Name: r.CustomerName}, DashboardID: r.DashboardID, Dashboard: r.DashboardName, DueAt: r.DueAt,
			From: widget.Day{Time: r.RangeFrom}, To: widget.Day{Time: r.RangeTo}, Status: r.Status, Note: r.Note, Bytes: r.FileBytes, SentAt: r.SentAt,
			Zone: r.Timezone, UpdatedAt: r.UpdatedAt,
		}
		k.frozen, k.file, k.preset, k.compare = r.Report, maybe.Value(r.FileKey), r.RangePreset, r.Compare
		return k, db.Missing(err, "report")
	}
	r, err := q.Report(ctx, id)
	k.Summary = Summary{
		ID: r.ID, Customer: analytics.Named{ID: r.CustomerID, Name: r.CustomerName}, DashboardID: r.DashboardID, Dashboard: r.DashboardName, DueAt: r.DueAt,
		From: widget.Day{Time: r.RangeFrom}, To: widget.Day{Time: r.RangeTo}, Status: r.Status, Reasons: r.Reasons, Note: r.Note, Bytes: r.FileBytes, SentAt: r.SentAt,
		Zone: r.Timezone, UpdatedAt: r.UpdatedAt,
	}
	k.frozen, k.file, k.preset, k.compare = r.Report, maybe.Value(r.FileKey), r.RangePreset, r.Compare
	return k, db.Missing(err, "report")
}
