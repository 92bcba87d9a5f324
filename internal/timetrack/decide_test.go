package timetrack_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func TestAnApprovalBindsToWhatWasSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2026-03-01")
	e := h.log(t, "2026-03-02", 45)
	for name, c := range map[string]struct {
		who  context.Context
		tag  string
		want fault.Code
	}{
		"a member":                {h.member, e.ETag, fault.Forbidden},
		"a viewer":                {h.viewer, e.ETag, fault.Forbidden},
		"the agency":              {h.admin, e.ETag, fault.Forbidden},
		"another company":         {h.foreign, e.ETag, fault.NotFound},
		"without saying what":     {h.approver, "", fault.NeedsMatch},
		"whatever it is":          {h.approver, "*", fault.NeedsMatch},
		"what it is not any more": {h.approver, `"0"`, fault.Stale},
	} {
		if _, err := h.ApproveEntry(c.who, e.ID, c.tag); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	edited, err := h.UpdateEntry(h.manager, e.ID, timetrack.EntryChange{Minutes: ptr(50)}, e.ETag)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ApproveEntry(h.approver, e.ID, e.ETag); fault.CodeOf(err) != fault.Stale {
		t.Errorf("an edited one: %v", err)
	}
	done, err := h.ApproveEntry(h.approver, e.ID, edited.ETag)
	who, _ := actor.From(h.approver)
	if err != nil || !done.ApprovedByClient || *done.ApprovedByClientUserID != who.ID || done.ApprovedAt == nil || done.ETag == edited.ETag {
		t.Fatalf("approved %+v, %v", done, err)
	}
	for _, tag := range []string{edited.ETag, done.ETag} {
		if _, err := h.ApproveEntry(h.owner, e.ID, tag); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
	}
	if s := h.summary(t, "2026-03-09"); s.UsedHours.String() != "0.83" || s.PendingHours != 0 {
		t.Errorf("then %s used, %s wait", s.UsedHours, s.PendingHours)
	}
	again, err := h.UpdateEntry(h.manager, e.ID, timetrack.EntryChange{TaskDescription: ptr("Other work")}, "")
	if err != nil || again.Approval != timetrack.Pending || again.ApprovedAt != nil {
		t.Errorf("edited after it %+v, %v", again, err)
	}
	if s := h.summary(t, "2026-03-09"); s.UsedHours != 0 || s.PendingHours.String() != "0.83" {
		t.Errorf("in the end %s used, %s wait", s.UsedHours, s.PendingHours)
	}
	want := []string{"time_entry.log", "time_entry.update", "time_entry.approve", "time_entry.update"}
	if got := h.events(t, e.ID); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestOfTwoAtOnceOneApproves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2026-03-01")
	e := h.log(t, "2026-03-02", 60)
	var wg sync.WaitGroup
	codes := make([]fault.Code, 8)
	for i := range codes {
		wg.Go(func() {
			_, err := h.ApproveEntry([]context.Context{h.approver, h.owner}[i%2], e.ID, e.ETag)
			codes[i] = fault.CodeOf(err)
		})
	}
	wg.Wait()
	slices.Sort(codes)
	if codes[0] != "" || codes[1] != fault.Conflict || codes[7] != fault.Conflict {
		t.Errorf("answers %q", codes)
	}
	if got := h.events(t, e.ID); !slices.Equal(got, []string{"time_entry.log", "time_entry.approve"}) {
		t.Errorf("events %q", got)
	}
	if s := h.summary(t, "2026-03-09"); s.UsedHours.String() != "1.00" {
		t.Errorf("%s are used", s.UsedHours)
	}
}

func TestManyAreApprovedEachForItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2026-03-01")
	sound, edited, other := h.log(t, "2026-03-02", 60), h.log(t, "2026-03-03", 30), uuid.New()
	if _, err := h.UpdateEntry(h.manager, edited.ID, timetrack.EntryChange{Minutes: ptr(40)}, ""); err != nil {
		t.Fatal(err)
	}
	seen := []timetrack.Seen{{sound.ID, sound.ETag}, {edited.ID, edited.ETag}, {other, `"1"`}, {sound.ID, sound.ETag}, {edited.ID, ""}}
	outcomes, err := h.ApproveEntries(h.approver, seen)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{200, 412, 404, 409, 428} {
		if outcomes[i].Status != want || outcomes[i].ID != seen[i].ID || (outcomes[i].Detail == "") != (want == 200) {
			t.Errorf("outcome %d: %+v, want %d", i, outcomes[i], want)
		}
	}
	if s := h.summary(t, "2026-03-09"); s.UsedHours.String() != "1.00" || s.PendingHours.String() != "0.67" {
		t.Errorf("%s used, %s wait", s.UsedHours, s.PendingHours)
	}
	if outcomes, err := h.ApproveEntries(h.foreign, seen[:1]); err != nil || outcomes[0].Status != 404 || outcomes[0].Approval != nil {
		t.Errorf("another company: %+v, %v", outcomes, err)
	}
	if _, err := h.ApproveEntries(h.member, seen[:1]); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a member: %v", err)
	}
	if _, err := h.ApproveEntries(h.approver, nil); !faultOf(err, "entries") {
		t.Errorf("none: %v", err)
	}
}

func TestARejectionOpensAConversation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e := h.log(t, "2026-03-02", 60)
	if _, err := h.RejectEntry(h.approver, e.ID, " ", e.ETag); !faultOf(err, "reason") {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := h.AnswerEntry(h.agent, e.ID, timetrack.Answer{Body: "What?"}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("answered what nobody said: %v", err)
	}
	rejected, err := h.RejectEntry(h.approver, e.ID, "We were told half an hour.", e.ETag)
	if err != nil || rejected.Approval != timetrack.Rejected || *rejected.RejectionReason != "We were told half an hour." {
		t.Fatalf("rejected %+v, %v", rejected, err)
	}
	for _, decide := range []error{
		second(h.ApproveEntry(h.approver, e.ID, rejected.ETag)), second(h.RejectEntry(h.owner, e.ID, "No.", rejected.ETag)),
	} {
		if fault.CodeOf(decide) != fault.Conflict {
			t.Errorf("decided on a rejected one: %v", decide)
		}
	}
	if _, err := h.AnswerEntry(h.member, e.ID, timetrack.Answer{Body: "I agree"}); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a member answers: %v", err)
	}
	if _, err := h.AnswerEntry(h.foreign, e.ID, timetrack.Answer{Body: "Hello"}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another company answers: %v", err)
	}
	if _, err := h.AnswerEntry(h.owner, e.ID, timetrack.Answer{Body: "Again", Resubmit: true}); !faultOf(err, "resubmit") {
		t.Errorf("a client asks itself: %v", err)
	}
	d, err := h.AnswerEntry(h.agent, e.ID, timetrack.Answer{Body: "The **font** took the rest.", Resubmit: true})
	if err != nil || d.Approval != timetrack.Pending || len(d.Messages) != 2 || !d.Messages[1].Staff || d.Messages[0].Staff {
		t.Fatalf("answered %+v, %v", d, err)
	}
	done, err := h.ApproveEntry(h.owner, e.ID, d.ETag)
	if err != nil || done.RejectionReason != nil {
		t.Errorf("approved at last %+v, %v", done, err)
	}
	read, err := h.Entry(h.viewer, e.ID)
	if err != nil || len(read.History) != 4 || read.History[1].Action != "reject" || read.History[1].Entry.Approval != timetrack.Rejected {
		t.Errorf("history %+v, %v", read.History, err)
	}
	want := []string{"time_entry.log", "time_entry.reject", "time_entry.answer", "time_entry.resubmit", "time_entry.approve", "time_entry.view"}
	if got := h.events(t, e.ID); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhatIsInternalIsNoClientsAffair(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	e, err := h.LogEntry(h.agent, timetrack.EntryInput{CustomerID: h.acme, TaskDescription: "Ours", Minutes: ptr(30), DateWorked: today, Internal: true})
	if err != nil {
		t.Fatal(err)
	}
	h.log(t, "2026-03-02", 60)
	page, err := h.Entries(h.owner, timetrack.Filter{}, api.PageQuery{})
	if err != nil || len(page.Items) != 1 || page.Totals.Hours.String() != "1.00" {
		t.Errorf("a client sees %+v, %v", page, err)
	}
	if _, err := h.Entry(h.owner, e.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a client reads it: %v", err)
	}
	if _, err := h.ApproveEntry(h.owner, e.ID, e.ETag); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a client approves it: %v", err)
	}
	for _, by := range []context.Context{h.owner, h.manager} {
		st, err := h.Statement(by, timetrack.StatementQuery{CustomerID: h.acme, On: today})
		if err != nil || len(st.Entries) != 1 || st.Totals.Hours.String() != "1.00" {
			t.Errorf("a statement has %+v, %v", st.Entries, err)
		}
	}
	if page, err := h.Entries(h.manager, timetrack.Filter{CustomerID: &h.acme}, api.PageQuery{}); err != nil || len(page.Items) != 2 {
		t.Errorf("the agency sees %+v, %v", page, err)
	}
}

func TestHoursAreApprovedByThemselvesOnceTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2026-03-01", func(in *timetrack.RetainerInput) { in.AutoApproveAfterDays = ptr(7) })
	e := h.log(t, "2026-03-02", 60)
	rejected := h.log(t, "2026-03-03", 60)
	if _, err := h.RejectEntry(h.approver, rejected.ID, "No.", rejected.ETag); err != nil {
		t.Fatal(err)
	}
	run := func(days int) timetrack.Approval {
		t.Helper()
		ctx := at(actor.As(t.Context(), "jobs"), today.Add(time.Duration(days*24+11)*time.Hour))
		if err := h.ApproveByItself(ctx); err != nil {
			t.Fatalf("after %d days: %v", days, err)
		}
		d, err := h.Entry(h.viewer, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		return d.Approval
	}
	// Nobody ran the job in time: it is told first all the same, and approved two days later.
	for days, want := range map[int]timetrack.Approval{4: timetrack.Pending} {
		if got := run(days); got != want {
			t.Errorf("after %d days %s", days, got)
		}
	}
	if got := h.events(t, h.acme); len(got) > 0 && slices.Contains(got, "time_entry.announce_approval") {
		t.Errorf("told too early: %q", got)
	}
	if got := run(8); got != timetrack.Pending || !slices.Contains(h.events(t, h.acme), "time_entry.announce_approval") {
		t.Errorf("after 8 days %s, events %q", got, h.events(t, h.acme))
	}
	if got := run(9); got != timetrack.Pending {
		t.Errorf("a day after it was told %s", got)
	}
	if got := run(10); got != timetrack.Approved {
		t.Errorf("two days after it was told %s", got)
	}
	d, _ := h.Entry(h.viewer, e.ID)
	if d.ApprovedByClientUserID != nil || *d.DecidedByName != "Automatic approval" {
		t.Errorf("approved by %v, %s", d.ApprovedByClientUserID, *d.DecidedByName)
	}
	if d, _ := h.Entry(h.viewer, rejected.ID); d.Approval != timetrack.Rejected {
		t.Errorf("a rejected one is %s", d.Approval)
	}
}
