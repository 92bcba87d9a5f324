package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/app"
	"clientportal/internal/config"
	"clientportal/internal/db"
)

// statement is what the portal sends to the database.
type statement struct {
	sql  string
	args []any
}

// recorder is a tracer that keeps what is sent, by round trips.
type recorder struct{ trips [][]statement }

// TraceQueryStart implements pgx.QueryTracer.
func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.trips = append(r.trips, []statement{{data.SQL, data.Args}})
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer.
func (r *recorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	var trip []statement
	for _, q := range data.Batch.QueuedQueries {
		trip = append(trip, statement{q.SQL, q.Arguments})
	}
	r.trips = append(r.trips, trip)
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (r *recorder) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (r *recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// capture asks a portal inside this program, which does nothing else, and gives the
// statements that it sent for the answer, and what that was about.
func (b *bench) capture(ctx context.Context, d database, f figure, about *subjects) (fewest [][]statement, of subject, err error) {
	var sent recorder
	database, err := db.Open(ctx, d.work, db.Traced(&sent))
	if err != nil {
		return nil, of, err
	}
	defer database.Close()
	a, err := app.New(ctx, config.Config{BaseURL: "http://localhost", DataDir: filepath.Join(b.data, "files")}, "bench", database)
	if err != nil {
		return nil, of, err
	}
	defer a.Close()
	for range 4 { // the first also reads what is then remembered; some also wake the job queue
		sent.trips = nil
		one, err := about.pick()
		if err != nil {
			return nil, of, err
		}
		request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(f.request(one))))
		if err != nil {
			return nil, of, err
		}
		answer := httptest.NewRecorder()
		a.Handler().ServeHTTP(answer, request.WithContext(ctx))
		if answer.Code != f.expected() {
			return nil, of, fmt.Errorf("answered %d: %s", answer.Code, answer.Body)
		}
		if fewest == nil || len(sent.trips) < len(fewest) {
			fewest, of = sent.trips, one
		}
	}
	return fewest, of, nil
}
