package timetrack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
	"clientportal/internal/timetrack/timetrackdb"
)

// importLimits are those of a file of hours: all of its rows are one transaction.
var importLimits = sheet.Limits{Rows: 5_000, Columns: 60, Bytes: 5_000_000}

// importKept is how long an upload waits to be imported.
const importKept = 24 * time.Hour

// ImportOptions say what a report leaves open.
type ImportOptions struct {
	DateOrder  string // day_first, month_first, or "" as the report shows
	IsRetainer bool   // billable hours are taken from the customers' retainers
}

func (o ImportOptions) check() error {
	var check fault.Check
	check.That(o.DateOrder == "" || o.DateOrder == string(orderDayFirst) || o.DateOrder == string(orderMonthFirst),
		"date_order", "Choose day_first or month_first.")
	return check.Err()
}

// Import is an uploaded report of hours, a row for each entry.
type Import struct {
	ID       uuid.UUID
	FileName string
	ImportOptions
	report

	ImportedAt  *time.Time
	EntriesMade int
	MinutesMade Hours
}

// Upload reads a report and keeps it for a day, so that it can be looked at before
// it is imported.
func (s *Service) Upload(ctx context.Context, fileName string, file []byte) (uuid.UUID, error) {
	id := newID()
	return id, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayLog(tx.Actor()); err != nil {
			return err
		}
		r, table, err := readReport(file)
		if err != nil {
			return err
		}
		rows, err := json.Marshal(r.rows)
		if err != nil {
			return err
		}
		now := clock.Now(ctx)
		q := timetrackdb.New(tx)
		if _, err := q.DropExpiredImports(ctx, now); err != nil {
			return err
		}
		tx.Record(importEvent("time_import.upload", id, map[string]any{"file": fileName, "format": r.name, "rows": len(r.rows)}))
		return q.InsertImport(ctx, timetrackdb.InsertImportParams{
			ID: id, EmployeeID: tx.Actor().ID, FileName: fileName, Format: r.name, Header: table.Header, Rows: rows,
			CreatedAt: now, ExpiresAt: now.Add(importKept),
		})
	})
}

// readReport reads a file, and says whose report it is.
func readReport(file []byte) (report, sheet.Sheet, error) {
	table, err := sheet.Parse(file, importLimits, "file")
	if err != nil {
		return report{}, table, err
	}
	r, err := reportOf(table)
	return r, table, err
}

// SetImportOptions says what the report of an upload leaves open.
func (s *Service) SetImportOptions(ctx context.Context, id uuid.UUID, options ImportOptions) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayLog(tx.Actor()); err != nil {
			return err
		}
		if err := options.check(); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		if _, err := keptImport(q.KeptImportForUpdate(ctx, timetrackdb.KeptImportForUpdateParams{ID: id, EmployeeID: tx.Actor().ID, Now: clock.Now(ctx)})); err != nil {
			return err
		}
		tx.Record(importEvent("time_import.update", id, map[string]any{"date_order": options.DateOrder, "is_retainer": options.IsRetainer}))
		changed, err := q.SetImportOptions(ctx, timetrackdb.SetImportOptionsParams{
			ID: id, EmployeeID: tx.Actor().ID, DateOrder: options.DateOrder, IsRetainer: options.IsRetainer,
		})
		if err == nil && changed == 0 {
			return fault.New(fault.Conflict, "The file is imported already.")
		}
		return err
	})
}

// Review says what an import of the upload would come to now.
func (s *Service) Review(ctx context.Context, id uuid.UUID) (i Import, p ImportReport, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := mayLog(tx.Actor()); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		i, err = keptImport(q.KeptImport(ctx, timetrackdb.KeptImportParams{ID: id, EmployeeID: tx.Actor().ID, Now: clock.Now(ctx)}))
		if err != nil {
			return err
		}
		planned, err := planOf(ctx, tx, i.report, i.ImportOptions, false)
		if err == nil {
			p = planned.ImportReport
		}
		return err
	})
	return i, p, err
}

// keptImport is an upload as it was stored.
func keptImport(row timetrackdb.TimeImport, err error) (Import, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return Import{}, fault.Missing("upload, or not any more: it is kept for a day")
	}
	if err != nil {
		return Import{}, err
	}
	i := Import{
		ID: row.ID, FileName: row.FileName, ImportOptions: ImportOptions{row.DateOrder, row.IsRetainer}, ImportedAt: row.ImportedAt,
		EntriesMade: int(row.EntriesMade), MinutesMade: Hours(row.MinutesMade),
	}
	table := sheet.Sheet{Header: row.Header}
	if err := json.Unmarshal(row.Rows, &table.Rows); err != nil {
		return Import{}, fmt.Errorf("rows of import %s: %w", row.ID, err)
	}
	i.report, err = reportOf(table)
	return i, err
}

func importEvent(action string, id uuid.UUID, payload any) audit.Event {
	return audit.Event{Action: action, Payload: payload, Subject: audit.Subject{Type: "time_import", ID: id}}
}
