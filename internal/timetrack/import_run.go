package timetrack

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/timetrack/timetrackdb"
)

// RunImport logs what an upload brings, all of it or nothing. The refused rows are
// left out. A second time changes nothing.
func (s *Service) RunImport(ctx context.Context, id uuid.UUID) (p ImportReport, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayLog(tx.Actor()); err != nil {
			return err
		}
		q, now := timetrackdb.New(tx), clock.Now(ctx)
		i, err := keptImport(q.KeptImportForUpdate(ctx, timetrackdb.KeptImportForUpdateParams{ID: id, EmployeeID: tx.Actor().ID, Now: now}))
		switch {
		case err != nil:
			return err
		case i.ImportedAt != nil:
			return db.ErrUnchanged
		}
		if p, err = bring(ctx, tx, id, i.report, i.ImportOptions); err != nil {
			return err
		}
		return q.FinishImport(ctx, timetrackdb.FinishImportParams{
			ID: id, ImportedAt: &now, EntriesMade: int32(p.Accepted), MinutesMade: int32(p.Hours),
		})
	})
	return p, err
}

// ImportFile imports a report at once, or with dryRun only says what would come of it.
func (s *Service) ImportFile(ctx context.Context, file []byte, options ImportOptions, dryRun bool) (p ImportReport, err error) {
	who, _ := actor.From(ctx)
	if err := mayLog(who); err != nil {
		return p, err
	}
	if err := options.check(); err != nil {
		return p, err
	}
	r, _, err := readReport(file)
	if err != nil {
		return p, err
	}
	if dryRun {
		err = s.DB.Read(ctx, func(tx *db.Tx) error {
			planned, err := planOf(ctx, tx, r, options, false)
			if err == nil {
				p = planned.ImportReport
			}
			return err
		})
		return p, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err = bring(ctx, tx, newID(), r, options)
		return err
	})
	return p, err
}

// bring logs what the rows bring. One import waits for another, so that none brings
// what the other has just brought.
func bring(ctx context.Context, tx *db.Tx, id uuid.UUID, r report, options ImportOptions) (ImportReport, error) {
	q := timetrackdb.New(tx)
	if err := q.LockImports(ctx); err != nil {
		return ImportReport{}, err
	}
	p, err := planOf(ctx, tx, r, options, true)
	if err != nil {
		return ImportReport{}, err
	}
	for _, row := range p.accepted {
		w := &writing{tx: tx, q: q, draft: row.draft, action: "log"}
		if err := w.insert(ctx, &Source{Name: r.name, ExternalID: row.key}); err != nil {
			return ImportReport{}, err
		}
	}
	if err := p.askForMore(ctx, tx, q); err != nil {
		return ImportReport{}, err
	}
	tx.Record(importEvent("time_import.run", id, map[string]any{
		"format": r.name, "rows": p.Rows, "accepted": p.Accepted, "unchanged": p.Unchanged, "refused": p.Refused, "hours": p.Hours,
	}))
	return p.ImportReport, nil
}
