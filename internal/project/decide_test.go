package project_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project"
)

func TestADecisionBindsToWhatWasShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q := h.quote(t, "Relaunch", project.Sent)
	shown, err := h.Quote(h.approver, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"", "*"} {
		if err := h.ApproveQuote(h.approver, q.ID, "", tag); fault.CodeOf(err) != fault.NeedsMatch {
			t.Errorf("a decision on %q: %v", tag, err)
		}
	}
	more := amount("9000")
	if _, err := h.UpdateQuote(h.manager, q.ID, project.QuoteChange{Total: &more}, ""); err != nil {
		t.Fatal(err)
	}
	if err := h.ApproveQuote(h.approver, q.ID, "", shown.Tag()); fault.CodeOf(err) != fault.Stale {
		t.Errorf("an approval of the version before: %v", err)
	}
	from, _ := actor.From(h.approver)
	from.Address = "192.0.2.7"
	ctx := actor.With(h.approver, from)
	if shown, err = h.Quote(ctx, q.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.ApproveQuote(ctx, q.ID, "Go ahead.", shown.Tag()); err != nil {
		t.Fatal(err)
	}
	if err := h.RejectQuote(ctx, q.ID, "No.", shown.Tag()); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second decision: %v", err)
	}
	kept, err := h.Quote(h.agent, q.ID)
	if err != nil || kept.Decision == nil || !kept.Decision.Approved || kept.Decision.Version != 2 || kept.Decision.By.Name != "approver" ||
		kept.Decision.Address != "192.0.2.7" || *kept.Decision.Comment != "Go ahead." || !kept.Decision.DecidedAt.Equal(today.Add(10*hour)) {
		t.Errorf("kept %+v, %v", kept.Decision, err)
	}
	if len(kept.Reads) != 2 || kept.Reads[0].Version != 1 || kept.Reads[1].Version != 2 || kept.Reads[1].By.ID != from.ID {
		t.Errorf("reads %+v", kept.Reads)
	}
	if own, err := h.Quote(h.viewer, q.ID); err != nil || own.Reads != nil {
		t.Errorf("a client sees who has read: %+v, %v", own.Reads, err)
	}
	var snapshot project.Quote
	h.scan(t, func(text []byte) error { return json.Unmarshal(text, &snapshot) }, `select snapshot from quote_decisions where quote_id = $1`, q.ID)
	if snapshot.Version != 2 || snapshot.Total.String() != "9000.00" || len(snapshot.Phases) != 2 {
		t.Errorf("the snapshot: %+v", snapshot)
	}
}

func TestOfTwoAtOnceOneDecides(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q := h.quote(t, "Relaunch", project.Sent)
	shown, err := h.Quote(h.manager, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	outcomes := make([]fault.Code, 8)
	for i := range outcomes {
		done.Go(func() {
			if i%2 == 0 {
				outcomes[i] = codeOf(h.ApproveQuote(h.approver, q.ID, "", shown.Tag()))
			} else {
				outcomes[i] = codeOf(h.RejectQuote(h.owner, q.ID, "No.", shown.Tag()))
			}
		})
	}
	done.Wait()
	slices.Sort(outcomes)
	want := append([]fault.Code{""}, slices.Repeat([]fault.Code{fault.Conflict}, 7)...)
	if !slices.Equal(outcomes, want) {
		t.Errorf("outcomes %q", outcomes)
	}
	events := slices.DeleteFunc(h.events(t, q.ID), func(action string) bool { return action != "quote.approve" && action != "quote.reject" })
	if len(events) != 1 {
		t.Errorf("events of one decision: %q", events)
	}
}

// codeOf is the fault's code, or the error itself where it is none.
func codeOf(err error) fault.Code {
	if code := fault.CodeOf(err); code != "" || err == nil {
		return code
	}
	return fault.Code(err.Error())
}

func TestWhatWasNeverSentStaysWithTheAgency(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dropped, withdrawn := h.quote(t, "Dropped", project.Draft), h.quote(t, "Withdrawn", project.Sent)
	for _, q := range []project.Quote{dropped, withdrawn} {
		if err := h.CancelQuote(h.manager, q.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Quote(h.owner, dropped.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a client reads what was dropped: %v", err)
	}
	if q, err := h.Quote(h.owner, withdrawn.ID); err != nil || q.Status != project.Cancelled {
		t.Errorf("a client reads what was withdrawn: %+v, %v", q, err)
	}
	if _, err := h.Project(h.owner, withdrawn.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("what was never approved is a project: %v", err)
	}
	for table := range map[string]bool{"quotes": true, "quote_phases": true, "quote_lines": true} {
		err := h.Read(h.owner, func(tx *db.Tx) error {
			_, err := tx.Exec(h.owner, `delete from `+table)
			return err
		})
		if err == nil {
			t.Errorf("a client may delete from %s", table)
		}
	}
}

func (h house) scan(t *testing.T, take func([]byte) error, sql string, args ...any) {
	t.Helper()
	ctx := actor.As(context.Background(), "test")
	var text []byte
	err := h.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&text) })
	if err == nil {
		err = take(text)
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
