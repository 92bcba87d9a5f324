package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/sheet"
	"clientportal/internal/upload"
)

// uploadLimits bound a file of numbers.
var uploadLimits = sheet.Limits{Rows: 20_000, Columns: 40, Bytes: 5_000_000}

// Upload keeps a file of a csv source until it is imported.
func (s *Service) Upload(ctx context.Context, id uuid.UUID, name string, file []byte) (added uuid.UUID, err error) {
	who, err := manager(ctx)
	if err != nil {
		return added, err
	}
	read := sheet.Parse
	if sheet.IsWorkbook(file) {
		read = sheet.ParseWorkbook
	}
	table, err := read(file, uploadLimits, "file")
	if err != nil {
		return added, err
	}
	rows, err := json.Marshal(table.Rows)
	if err != nil {
		return added, err
	}
	added, name = newID(), upload.CleanName(name)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if l.SourceType != CSV {
			return fault.New(fault.Conflict, "Files are for sources of the kind csv.")
		}
		tx.Record(about("upload", l.CustomerID, id, map[string]any{"upload_id": added, "file_name": name, "rows": len(table.Rows)}))
		return q.AddUpload(ctx, datasourcedb.AddUploadParams{
			ID: added, CustomerID: l.CustomerID, SourceID: id, FileName: name, Header: table.Header, Rows: rows, UploadedBy: who.Name, CreatedAt: clock.Now(ctx),
		})
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("upload a table: %w", err)
	}
	return added, nil
}

// Table is an upload with what its columns are taken for.
type Table struct {
	ID       uuid.UUID
	Source   Source
	FileName string
	Header   []string
	Rows     []sheet.Row
	Mapping  Mapping
	Imported bool
}

// UploadedTable is an upload as it waits to be imported. Its mapping is the source's,
// as far as the heads are the same; else what they look like.
func (s *Service) UploadedTable(ctx context.Context, id, upload uuid.UUID) (t Table, err error) {
	if _, err := manager(ctx); err != nil {
		return t, err
	}
	return t, s.DB.Read(ctx, func(tx *db.Tx) error {
		l, row, err := uploaded(ctx, tx, id, upload)
		if err != nil {
			return err
		}
		t = Table{ID: row.ID, Source: sourceOf(l, clock.Now(ctx)), FileName: row.FileName, Header: row.Header, Imported: row.ImportedAt != nil}
		if err := json.Unmarshal(row.Rows, &t.Rows); err != nil {
			return err
		}
		t.Mapping = guess(t.Header, t.Rows, mappingOf(l))
		return nil
	})
}

func uploaded(ctx context.Context, tx *db.Tx, id, upload uuid.UUID) (l loaded, row datasourcedb.SourceUpload, err error) {
	q := datasourcedb.New(tx)
	if l, err = load(ctx, q, id); err != nil {
		return l, row, err
	}
	row, err = q.Upload(ctx, datasourcedb.UploadParams{ID: upload, SourceID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return l, row, fault.Missing("file")
	}
	return l, row, err
}

// Import is what came, or would come, of a table.
type Import struct {
	Accepted int          `json:"accepted"`
	Refused  []RefusedRow `json:"refused"`
	From     *Day         `json:"from"`
	To       *Day         `json:"to"`
	facts    []upstream.Fact
	metrics  []OwnMetric
}

// DryRun says what an import would come to, and changes nothing.
func (t Table) DryRun(m Mapping) (Import, error) { return t.read(m) }

// ImportTable keeps the rows of a table that are right, and the mapping for the next.
func (s *Service) ImportTable(ctx context.Context, id, upload uuid.UUID, m Mapping) (done Import, err error) {
	who, err := manager(ctx)
	if err != nil {
		return done, err
	}
	t, err := s.UploadedTable(ctx, id, upload)
	if err != nil {
		return done, err
	}
	if t.Imported {
		return done, fault.New(fault.Conflict, "This file is imported already.")
	}
	if done, err = t.read(m); err != nil {
		return done, err
	}
	if done.Accepted == 0 {
		return done, fault.New(fault.Conflict, "No row can be imported as the columns are read now.")
	}
	if err := s.ensureMonths(actor.As(ctx, "data source store"), spanOf(done.facts)); err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if err := keepMeaning(ctx, q, id, done.metrics); err != nil {
			return err
		}
		for i, own := range done.metrics {
			if err := defineMetric(ctx, q, l, own, i); err != nil {
				return err
			}
		}
		if err := s.merge(ctx, tx, l.CustomerID, id, done.facts, done.metrics, importRun, who.Name, len(done.Refused)); err != nil {
			return err
		}
		settings, err := json.Marshal(map[string]Mapping{"mapping": m})
		if err != nil {
			return err
		}
		now := clock.Now(ctx)
		if err := q.SetSettings(ctx, datasourcedb.SetSettingsParams{ID: id, Settings: settings, Now: now}); err != nil {
			return err
		}
		tx.Record(about("import", l.CustomerID, id, map[string]any{"upload_id": upload, "file_name": t.FileName, "accepted": done.Accepted, "refused": len(done.Refused)}))
		return q.Imported(ctx, datasourcedb.ImportedParams{ID: upload, ImportedAt: &now})
	})
	if err != nil {
		return done, fmt.Errorf("import a table: %w", err)
	}
	return done, nil
}

// read makes facts of the rows, and says what is wrong with those that are left out.
func (t Table) read(m Mapping) (Import, error) {
	plan, err := t.plan(m)
	if err != nil {
		return Import{}, err
	}
	done := Import{Refused: []RefusedRow{}, metrics: plan.metrics}
	seen := map[string]int{}
	for _, r := range t.Rows {
		facts, refused := plan.facts(r, t.Source.Timezone)
		if refused == nil && len(facts) > 0 {
			if first, twice := seen[factKey(facts[0])]; twice {
				refused = &RefusedRow{Field: "day", Message: fmt.Sprintf("Line %d has the same day and names.", first)}
			}
			seen[factKey(facts[0])] = r.Line
		}
		if refused != nil {
			refused.Row = r.Line
			done.Refused = append(done.Refused, *refused)
			continue
		}
		done.Accepted++
		for _, f := range facts {
			if done.From == nil || f.Day.Before(done.From.Time) {
				done.From = &Day{f.Day}
			}
			if done.To == nil || f.Day.After(done.To.Time) {
				done.To = &Day{f.Day}
			}
		}
		done.facts = append(done.facts, facts...)
	}
	return done, nil
}
