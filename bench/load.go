package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// subjects are the tickets or entries that a figure is asked about, in random order.
type subjects struct {
	list []subject
	once bool
	next atomic.Int64
}

// pick is one of them. What is asked about once comes in turn.
func (s *subjects) pick() (subject, error) {
	if !s.once {
		return s.list[rand.IntN(len(s.list))], nil
	}
	at := int(s.next.Add(1)) - 1
	if at >= len(s.list) {
		return subject{}, errors.New("there is nothing left to ask about")
	}
	return s.list[at], nil
}

// subjects draws what a figure is asked about.
func (d database) subjects(ctx context.Context, f figure) (*subjects, error) {
	conn, err := pgx.Connect(ctx, d.super)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	top, draw, count := d.tickets, "1 + floor(random() * $1::bigint)::bigint", 5000
	switch {
	case f.entries:
		top, draw, count = d.entries/10, "distinct 10 * (1 + floor(random() * $1::bigint)::bigint) - 9", 50_000
	case f.open:
		top, draw = d.tickets/10, "10 * (1 + floor(random() * $1::bigint)::bigint)"
	}
	rows, err := conn.Query(ctx, `
		select n, bench.ticket_id(n)::text, bench.entry_id(n)::text, bench.token(n), bench.approver_token(n), bench.staff_token(n),
			'person' || bench.author(n) || '@customer.example', bench.dashboard_id(n)::text
		from (select `+draw+` as n from generate_series(1, $2::int)) picked order by random()`, top, count)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s subject, err error) {
		return s, row.Scan(&s.number, &s.ticket, &s.entry, &s.token, &s.approverToken, &s.staffToken, &s.email, &s.dashboard)
	})
	return &subjects{list: list, once: f.entries}, err
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
func ask(ctx context.Context, address string, f figure, about *subjects, connections int, over time.Duration) (answers, error) {
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

func askOn(ctx context.Context, address string, f figure, about *subjects, until time.Time) (took []time.Duration, err error) {
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
		one, err := about.pick()
		if err != nil {
			return nil, err
		}
		if _, err := conn.Write(f.request(one)); err != nil {
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
