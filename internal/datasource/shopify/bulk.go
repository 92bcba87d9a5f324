package shopify

import (
	"context"
	"time"
)

// bulkOperation is a query that Shopify runs by itself and writes to a file.
type bulkOperation struct {
	ID          string `json:"id"`
	Status      string `json:"status"`
	ErrorCode   string `json:"errorCode"`
	ObjectCount whole  `json:"objectCount"`
	URL         string `json:"url"`
}

// bulk runs a query as a bulk operation and hands on its lines.
func (s *session) bulk(ctx context.Context, query string, each func(line []byte) error) error {
	op, err := s.runBulk(ctx, query)
	if err != nil {
		return err
	}
	if op, err = s.pollBulk(ctx, op.ID); err != nil {
		return err
	}
	if op.URL == "" {
		if op.ObjectCount == 0 {
			return nil // nothing was found
		}
		return later("BULK_NO_FILE", time.Minute, "A bulk operation ended without its file.")
	}
	lines, err := s.download(ctx, op.URL, each)
	if err != nil {
		return err
	}
	if lines < int64(op.ObjectCount) {
		return truncated(lines, int64(op.ObjectCount))
	}
	return nil
}

func (s *session) runBulk(ctx context.Context, query string) (*bulkOperation, error) {
	var d struct {
		Run *struct {
			Operation *bulkOperation `json:"bulkOperation"`
			Errors    []struct {
				Code string `json:"code"`
			} `json:"userErrors"`
		} `json:"bulkOperationRunQuery"`
	}
	denied, err := s.ask(ctx, runBulkQuery, map[string]any{"query": query}, &d)
	switch {
	case err != nil:
		return nil, err
	case len(denied) > 0:
		return nil, denied[0].failure()
	case d.Run == nil:
		return nil, unreadable("a bulk operation is missing")
	}
	if len(d.Run.Errors) > 0 {
		return nil, refusedBulk(d.Run.Errors[0].Code)
	}
	if d.Run.Operation == nil || d.Run.Operation.ID == "" {
		return nil, unreadable("a bulk operation is missing")
	}
	return d.Run.Operation, nil
}

func refusedBulk(code string) error {
	if code == "OPERATION_IN_PROGRESS" || code == "LIMIT_REACHED" {
		return later(code, time.Minute, "Another bulk operation of this app is at work in the shop.")
	}
	return fix("BULK_"+code, "Shopify refuses a bulk operation.")
}

const (
	maxPause   = 15 * time.Second
	cancelTime = 10 * time.Second
)

// pollBulk waits for the end of an operation.
func (s *session) pollBulk(ctx context.Context, id string) (*bulkOperation, error) {
	pause := s.PollEvery
	for waited := time.Duration(0); waited < s.MaxBulk; waited += pause {
		if err := s.Sleep(ctx, pause); err != nil {
			s.cancelBulk(context.WithoutCancel(ctx), id)
			return nil, err
		}
		var d struct {
			Node *bulkOperation `json:"node"`
		}
		if _, err := s.ask(ctx, pollBulkQuery, map[string]any{"id": id}, &d); err != nil {
			if ctx.Err() != nil {
				s.cancelBulk(context.WithoutCancel(ctx), id)
			}
			return nil, err
		}
		if d.Node == nil {
			return nil, later("BULK_GONE", time.Minute, "A bulk operation vanished while it ran.")
		}
		if done, err := d.Node.ended(); done || err != nil {
			return d.Node, err
		}
		pause = min(2*pause, maxPause)
	}
	s.cancelBulk(ctx, id)
	return nil, smaller("BULK_TIMEOUT", "A bulk operation did not end in time and was cancelled.")
}

// cancelBulk ends an operation that nobody waits for any more: it would be in the way
// of the next. Where that fails, Shopify says so when the next is asked for.
func (s *session) cancelBulk(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(ctx, cancelTime)
	defer cancel()
	var ignored struct{}
	_, _ = s.ask(ctx, cancelBulkQuery, map[string]any{"id": id}, &ignored)
}

func (op *bulkOperation) ended() (bool, error) {
	switch op.Status {
	case "COMPLETED":
		return true, nil
	case "CREATED", "RUNNING", "CANCELING":
		return false, nil
	case "FAILED":
		switch op.ErrorCode {
		case accessDenied:
			return true, signIn(accessDenied, "The app lacks a scope for a bulk operation. Grant it and authorise the app again.")
		case "TIMEOUT":
			return true, smaller("BULK_TIMEOUT", "A bulk operation was too large for Shopify.")
		}
	}
	return true, later("BULK_"+op.Status, time.Minute, "A bulk operation ended without success.")
}

func truncated(lines, objects int64) error {
	return later("BULK_TRUNCATED", time.Minute, "The file of a bulk operation has %d lines where %d are due. Nothing of it is kept.", lines, objects)
}
