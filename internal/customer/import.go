package customer

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
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

// importLimits are those of a file of customers.
var importLimits = sheet.Limits{Rows: 50_000, Columns: 60, Bytes: 20_000_000}

// importKept is how long an upload waits to be imported.
const importKept = 24 * time.Hour

// Import is an uploaded file of customers and stakeholders, a row for each person,
// or for a customer without one.
type Import struct {
	ID        uuid.UUID
	FileName  string
	Header    []string
	Fields    []string // what each column holds, "" for nothing
	Rows      []sheet.Row
	ExpiresAt time.Time

	ImportedAt                      *time.Time
	CustomersMade, StakeholdersMade int
}

// Upload reads a file and keeps it for a day, so that it can be looked at before
// it is imported.
func (s *Service) Upload(ctx context.Context, fileName string, file []byte) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return id, err
	}
	return id, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayAdminister(tx.Actor()); err != nil {
			return err
		}
		table, err := sheet.Parse(file, importLimits, "file")
		if err != nil {
			return err
		}
		rows, err := json.Marshal(table.Rows)
		if err != nil {
			return err
		}
		now := clock.Now(ctx)
		q := customerdb.New(tx)
		if _, err := q.DropExpiredImports(ctx, now); err != nil {
			return err
		}
		tx.Record(importEvent("customer_import.upload", id, map[string]any{"file": fileName, "rows": len(table.Rows)}))
		return q.InsertImport(ctx, customerdb.InsertImportParams{
			ID: id, EmployeeID: tx.Actor().ID, FileName: fileName, Header: table.Header, Fields: guessFields(table.Header),
			Rows: rows, CreatedAt: now, ExpiresAt: now.Add(importKept),
		})
	})
}

// SetColumns says what the columns of an upload hold.
func (s *Service) SetColumns(ctx context.Context, id uuid.UUID, fields []string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayAdminister(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		i, err := keptImport(q.KeptImportForUpdate(ctx, customerdb.KeptImportForUpdateParams{ID: id, Now: clock.Now(ctx)}))
		if err != nil {
			return err
		}
		if err := checkFields(fields, len(i.Header)); err != nil {
			return err
		}
		tx.Record(importEvent("customer_import.update", id, map[string]any{"columns": fields}))
		changed, err := q.SetImportFields(ctx, customerdb.SetImportFieldsParams{ID: id, Fields: fields})
		if err == nil && changed == 0 {
			return fault.New(fault.Conflict, "The file is imported already.")
		}
		return err
	})
}

// Review says what an import of the upload would come to now. Where the columns are
// not known, the report is empty and the error a fault of the columns.
func (s *Service) Review(ctx context.Context, id uuid.UUID) (i Import, report Report, err error) {
	var unclear error
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayAdminister(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		if i, err = keptImport(q.KeptImport(ctx, customerdb.KeptImportParams{ID: id, Now: clock.Now(ctx)})); err != nil {
			return err
		}
		if unclear = checkFields(i.Fields, len(i.Header)); unclear == nil {
			report, err = reportOn(ctx, tx, i.Rows, i.Fields)
		}
		return err
	})
	return i, report, errors.Join(err, unclear)
}

// keptImport is an upload as it was stored.
func keptImport(row customerdb.CustomerImport, err error) (Import, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return Import{}, fault.Missing("upload, or not any more: it is kept for a day")
	}
	i := Import{
		ID: row.ID, FileName: row.FileName, Header: row.Header, Fields: row.Fields, ExpiresAt: row.ExpiresAt,
		ImportedAt: row.ImportedAt, CustomersMade: int(row.CustomersMade), StakeholdersMade: int(row.StakeholdersMade),
	}
	if err == nil {
		if err = json.Unmarshal(row.Rows, &i.Rows); err != nil {
			err = fmt.Errorf("rows of import %s: %w", row.ID, err)
		}
	}
	return i, err
}

func importEvent(action string, id uuid.UUID, payload any) audit.Event {
	return audit.Event{Action: action, Payload: payload, Subject: audit.Subject{Type: "customer_import", ID: id}}
}
