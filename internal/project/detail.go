package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/news"
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

// look reads a project for its page. One that has been open, and fetches itself again,
// leaves no further event; what the reader was told of the project is read with it.
func (s *Service) look(ctx context.Context, id uuid.UUID) (Project, error) {
	who, _ := actor.From(ctx)
	p, err := audit.Read(&s.looks, who.SessionID, id, clock.Now(ctx),
		func() (Project, error) { return s.Project(ctx, id) },
		func() (Project, error) { return s.project(ctx, id) })
	if err == nil {
		s.Notify.Seen(ctx, news.Subject{Type: "quote", ID: id})
	}
	return p, err
}

// readProject reads a project: its line in the list, its quote, and the rest.
func readProject(ctx context.Context, tx *db.Tx, id uuid.UUID) (p Project, err error) {
	rows, err := tx.Query(ctx, selectProjects+` where p.id = $2`, clock.Now(ctx), id)
	if err != nil {
		return p, err
	}
	if p.Summary, err = pgx.CollectExactlyOneRow(rows, scanProject); err != nil {
		return p, db.Missing(err, "project")
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
	p.Hours = Hours{Amount{Decimal: facts.Hours}, Amount{Decimal: facts.BillableHours}, Amount{Decimal: facts.ApprovedHours}, Amount{Decimal: facts.RetainerHours}}
	err = errors.Join(
		json.Unmarshal(facts.Updates, &p.Updates),
		json.Unmarshal(facts.Deliverables, &p.Deliverables),
		json.Unmarshal(facts.OpenTickets, &p.OpenTickets),
	)
	for i, d := range p.Deliverables {
		p.Deliverables[i] = d.tagged()
	}
	return p, err
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
