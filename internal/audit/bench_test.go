package audit_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
)

// BenchmarkSealAndVerify reports events a second, on a trail that is made once.
func BenchmarkSealAndVerify(b *testing.B) {
	const events = 100_000
	tr := newTrail(b)
	for range events / 5000 {
		batch := make([]audit.Event, 5000)
		for i := range batch {
			batch[i] = tr.event("ticket.create")
		}
		tr.append(batch...)
	}
	if _, err := tr.super.Exec(b.Context(), `analyze`); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if n := tr.seal(); n != events {
		b.Fatalf("sealed %d", n)
	}
	sealed := time.Since(start)
	for b.Loop() {
		if _, err := tr.verify(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(events/sealed.Seconds(), "sealed/s")
	b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "verified/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkQueue is what an event costs the request, without the database.
func BenchmarkQueue(b *testing.B) {
	tr := &trail{}
	e := tr.event("ticket.create")
	b.ReportAllocs()
	for b.Loop() {
		var batch pgx.Batch
		if err := audit.Queue(&batch, e); err != nil {
			b.Fatal(err)
		}
	}
}
