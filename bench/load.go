package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// subjectCount is how many tickets a figure is asked about, in random order.
const subjectCount = 5000

// subjects draws the tickets that a figure is asked about.
func (d database) subjects(ctx context.Context, f figure) ([]subject, error) {
	conn, err := pgx.Connect(ctx, d.super)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	step := 1
	if f.open {
		step = 10
	}
	rows, err := conn.Query(ctx, `
		select n, bench.ticket_id(n)::text, bench.token(n), bench.staff_token(n), 'person' || bench.author(n) || '@customer.example', bench.dashboard_id(n)::text
		from (select $2::bigint * (1 + floor(random() * ($1::bigint / $2::bigint)))::bigint as n from generate_series(1, $3::int)) picked`, d.tickets, step, subjectCount)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s subject, err error) {
		return s, row.Scan(&s.number, &s.ticket, &s.token, &s.staffToken, &s.email, &s.dashboard)
	})
}

// answers are what a load came to.
type answers struct {
	took []time.Duration // sorted
	over time.Duration
}

func (a answers) rate() float64 { return float64(len(a.took)) / a.over.Seconds() }

func (a answers) percentile(p float64) time.Duration {
	if len(a.took) == 0 {
		return 0
	}
	return a.took[min(len(a.took)-1, int(p*float64(len(a.took))))]
}

// ask asks on so many connections, each as soon as it has its answer. A wrong answer
// ends it: what does not work has no speed.
func ask(ctx context.Context, address string, f figure, about []subject, connections int, over time.Duration) (answers, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all := answers{over: over}
	var mu sync.Mutex
	var asking sync.WaitGroup
	until := time.Now().Add(over)
	for range connections {
		asking.Go(func() {
			took, err := askOn(ctx, address, f, about, until)
			if err != nil {
				cancel(err)
			}
			mu.Lock()
			all.took = append(all.took, took...)
			mu.Unlock()
		})
	}
	asking.Wait()
	slices.Sort(all.took)
	return all, context.Cause(ctx)
}

func askOn(ctx context.Context, address string, f figure, about []subject, until time.Time) (took []time.Duration, err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	for ctx.Err() == nil {
		began := time.Now()
		if began.After(until) {
			break
		}
		if _, err := conn.Write(f.request(about[rand.IntN(len(about))])); err != nil {
			return nil, err
		}
		if err := f.check(in); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// check reads an answer.
func (f figure) check(in *bufio.Reader) error {
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == f.expected() {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	var said bytes.Buffer
	_, _ = said.ReadFrom(io.LimitReader(resp.Body, 1000))
	return fmt.Errorf("answered %s: %s", resp.Status, said.Bytes())
}
