// Package apptest runs the whole portal for a test: a database of its own, real
// HTTP, jobs at work, mails in an outbox folder.
package apptest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"clientportal/internal/app"
	"clientportal/internal/config"
	"clientportal/internal/db/dbtest"
)

// Password is that of every account in tests.
const Password = "correct horse battery staple"

// Portal is a running portal.
type Portal struct {
	*app.App
	URL string
	Dir string // the data folder
	DB  *dbtest.Database
}

// Start runs an empty portal, without an agency's data.
func Start(t testing.TB) *Portal {
	t.Helper()
	return start(t, func(*app.App) error { return nil })
}

// StartDemo runs a portal with the demo agency.
func StartDemo(t testing.TB) *Portal {
	t.Helper()
	return start(t, func(a *app.App) error { return a.MakeDemo(t.Context(), Password, nil) })
}

func start(t testing.TB, prepare func(*app.App) error) *Portal {
	t.Helper()
	d := dbtest.New(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Portal{URL: "http://" + listener.Addr().String(), Dir: t.TempDir(), DB: d}
	p.App, err = app.New(t.Context(), config.Config{BaseURL: p.URL, DataDir: p.Dir, Upstreams: parrot(t)}, "test", d.DB)
	if err != nil {
		t.Fatal(err)
	}
	if err := prepare(p.App); err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: p.Handler()}}
	server.Start()
	ctx, stop := context.WithCancel(context.Background())
	worked := make(chan error, 1)
	go func() { worked <- p.Run(ctx) }()
	t.Cleanup(func() {
		p.EndStreams()
		server.Close()
		stop()
		if err := <-worked; err != nil {
			t.Errorf("the portal's work ended with: %v", err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Settle waits until every job is done, those that jobs enqueue included. What is only
// due later, such as another try at a system that can't be reached, is not waited for.
func (p *Portal) Settle(t testing.TB) {
	t.Helper()
	var left string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var waiting int
		err := p.DB.Pool().QueryRow(t.Context(), `
			select count(*), coalesce(string_agg(kind || ' ' || state, ', '), '') from river_job
			where state not in ('completed', 'discarded', 'cancelled') and scheduled_at < now() + interval '5 seconds'`).Scan(&waiting, &left)
		if err != nil {
			t.Fatal(err)
		}
		if waiting == 0 {
			return
		}
	}
	t.Fatalf("the jobs don't end: %s", left)
}
