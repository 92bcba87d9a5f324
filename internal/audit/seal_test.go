package audit_test

import (
	"sync"
	"testing"
)

func TestSealGivesEachEventOnePlace(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	for _, n := range []int{1, 2, 300, 1, 70} {
		tr.sealed(n)
	}
	if got := tr.count(`select count(*) from audit_leaves where idx between 0 and 373`); got != 374 {
		t.Errorf("%d leaves, want 374", got)
	}
	if got := tr.count(`select count(*) from audit_pending`); got != 0 {
		t.Errorf("%d events still pending", got)
	}
	if got := tr.count(`select count(*) from audit_checkpoints where note is not null`); got != 5 {
		t.Errorf("%d signed checkpoints, want 5", got)
	}
}

func TestSealersInParallelSealOnce(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	var sealers, writers sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		sealers.Go(func() {
			for {
				if _, err := tr.sealer.Seal(t.Context()); err != nil {
					t.Errorf("seal: %v", err)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range 4 {
		writers.Go(func() {
			for range 50 {
				if err := tr.appendAs("portal_client", tr.event("ticket.comment")); err != nil {
					t.Errorf("append: %v", err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	sealers.Wait()
	tr.seal()
	if got := tr.count(`select count(*) from audit_leaves where idx < 200`); got != 200 {
		t.Errorf("%d leaves, want 200", got)
	}
}
