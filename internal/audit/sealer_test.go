package audit_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// The sealers' turn-taking lock, held here by somebody who never seals.
const sealLock = 0x617564697401

func TestLagIsTheAgeOfTheOldestPendingEvent(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	var log bytes.Buffer
	tr.sealer.Log = slog.New(slog.NewTextHandler(&log, nil))
	e := tr.event("ticket.create")
	e.OccurredAt = time.Now().Add(-time.Hour)
	tr.append(e)
	tr.count(`select 1 from pg_advisory_lock($1)`, sealLock)

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tr.sealer.Run(ctx)
	}()
	tr.eventually("a lag of an hour", func() bool { return tr.sealer.Lag() >= time.Hour })
	tr.count(`select 1 from pg_advisory_unlock($1)`, sealLock)
	tr.eventually("no lag", func() bool { return tr.sealer.Lag() == 0 })
	stop()
	<-ended
	if got := strings.Count(log.String(), "audit sealing lags"); got != 1 {
		t.Errorf("%d alarms, want 1: %s", got, &log)
	}
	if report, err := tr.verify(); err != nil || report.Newest.Size != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestSealerGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	var log bytes.Buffer
	tr.sealer.Log = slog.New(slog.NewTextHandler(&log, nil))
	tr.attack(`alter table audit_leaves rename to audit_leaves_away`)
	tr.append(tr.event("ticket.create"))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tr.sealer.Run(ctx)
	}()
	tr.eventually("a lag", func() bool { return tr.sealer.Lag() > 0 })
	tr.attack(`alter table audit_leaves_away rename to audit_leaves`)
	tr.eventually("the event sealed", func() bool { return tr.count(`select count(*) from audit_leaves`) == 1 })
	stop()
	<-ended
	if !strings.Contains(log.String(), "audit sealing failed") {
		t.Errorf("the log says %q", &log)
	}
}

func (tr *trail) eventually(what string, done func() bool) {
	tr.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			tr.t.Fatalf("waited in vain for %s", what)
		}
	}
}
