package datasource

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// testBound is how long somebody waits for a test or a list of accounts.
const testBound = 45 * time.Second

// Test asks the system what is missing: a scope, a right, a property.
func (s *Service) Test(ctx context.Context, id uuid.UUID) ([]upstream.Finding, error) {
	findings := []upstream.Finding{}
	err := s.ask(ctx, id, "test", func(ctx context.Context, source upstream.Source, conn *upstream.Conn) (err error) {
		findings, err = source.Test(ctx, conn)
		return err
	})
	if failure, ok := upstream.AsFailure(err); ok {
		return []upstream.Finding{{Name: "Connection", Message: failure.Staff}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("test data source: %w", err)
	}
	if len(findings) == 0 {
		findings = []upstream.Finding{{OK: true, Name: "Connection", Message: "Nothing is missing."}}
	}
	return findings, nil
}

// Passed reports whether a test found nothing missing.
func Passed(findings []upstream.Finding) bool {
	for _, f := range findings {
		if !f.OK {
			return false
		}
	}
	return true
}

// Accounts are what the source can be set to, of what its credentials see.
func (s *Service) Accounts(ctx context.Context, id uuid.UUID) ([]upstream.Account, error) {
	accounts := []upstream.Account{}
	err := s.ask(ctx, id, "list_accounts", func(ctx context.Context, source upstream.Source, conn *upstream.Conn) error {
		list, err := source.Accounts(ctx, conn)
		accounts = append(accounts, list...)
		return err
	})
	if failure, ok := upstream.AsFailure(err); ok {
		return nil, &fault.Error{Code: fault.Conflict, Message: failure.Staff}
	}
	if err != nil {
		return nil, fmt.Errorf("list the accounts of a data source: %w", err)
	}
	return accounts, nil
}

// ask calls the system for somebody who waits.
func (s *Service) ask(ctx context.Context, id uuid.UUID, what string, do func(context.Context, upstream.Source, *upstream.Conn) error) error {
	if _, err := manager(ctx); err != nil {
		return err
	}
	l, err := s.read(ctx, id)
	if err != nil {
		return err
	}
	source, known := s.known(l.SourceType)
	if !known {
		return fault.New(fault.Conflict, "Nobody is called for this kind of source: numbers are brought to it.")
	}
	if err := s.DB.Record(ctx, about(what, l.CustomerID, id, nil)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, testBound)
	defer cancel()
	n := &notes{}
	conn, err := s.connect(ctx, l, n)
	if err == nil {
		err = s.renewed(ctx, l, conn, func() error { return do(ctx, source, conn) })
		err = withoutSecrets(err, conn.Credentials)
	}
	if _, told := upstream.AsFailure(err); err != nil && !told && ctx.Err() != nil {
		return upstream.Unreachable(source.Label(), context.DeadlineExceeded)
	}
	return err
}
