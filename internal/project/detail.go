package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/project/projectdb"
)

// Project is the project that came of this quote, and leaves an event of the view.
func (s *Service) Project(ctx context.Context, id uuid.UUID) (p Project, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if p, err = readProject(ctx, tx, id); err == nil {
			tx.Record(about("project.view", p.Customer.ID, id, nil))
		}
		return err
	})
	return p, err
}

// readProject reads a project: its line in the list, its quote, and the rest.
func readProject(ctx context.Context, tx *db.Tx, id uuid.UUID) (p Project, err error) {
	rows, err := tx.Query(ctx, selectProjects+` where p.id = $2`, clock.Now(ctx), id)
	if err != nil {
		return p, err
	}
	if p.Summary, err = pgx.CollectExactlyOneRow(rows, scanProject); err != nil {
		return p, missing(err, "project")
	}
	q := projectdb.New(tx)
	quote, err := readQuote(ctx, q, id)
	if err != nil {
		return p, err
	}
	p.Version, p.Total, p.Currency, p.Decision, p.Phases = quote.Version, quote.Total, quote.Currency, quote.Decision, quote.Phases
	facts, err := q.ProjectFacts(ctx, projectdb.ProjectFactsParams{ID: id, CustomerID: p.Customer.ID})
	if err != nil {
		return p, fmt.Errorf("read project %s: %w", id, err)
	}
	p.Hours = Hours{Amount{facts.Hours}, Amount{facts.BillableHours}, Amount{facts.ApprovedHours}, Amount{facts.RetainerHours}}
	return p, errors.Join(
		json.Unmarshal(facts.Updates, &p.Updates),
		json.Unmarshal(facts.Deliverables, &p.Deliverables),
		json.Unmarshal(facts.OpenTickets, &p.OpenTickets),
	)
}

// Counts are how many projects the reader sees in each status.
func (s *Service) Counts(ctx context.Context) (map[Status]int64, error) {
	counts := map[Status]int64{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := projectdb.New(tx).ProjectCounts(ctx)
		for _, r := range rows {
			counts[Status(r.Status)] = r.Count
		}
		return err
	})
	return counts, err
}
