package timetrack_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func TestMoreThanTheRetainerNeedsConsent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-03-01", func(in *timetrack.RetainerInput) { in.ConsentBlockMinutes, in.OverageRate = ptr(120), amount("95.50") })
	h.log(t, "2026-03-02", 480)
	alerts, err := h.Alerts(h.manager, r.ID)
	if err != nil || len(alerts) != 1 || alerts[0].Percent != 80 {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
	in := timetrack.EntryInput{CustomerID: h.acme, TaskDescription: "More", Minutes: ptr(121), DateWorked: today, IsRetainer: true}
	if _, err := h.LogEntry(h.agent, in); fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), "2.00 h left") {
		t.Errorf("logged beyond it: %v", err)
	}
	if blocks, err := h.Blocks(h.viewer, nil, timetrack.BlockAsked); err != nil || len(blocks) != 1 {
		t.Errorf("the refusal asked for %+v, %v", blocks, err)
	}
	in.Minutes = ptr(120)
	last, err := h.LogEntry(h.agent, in)
	if err != nil {
		t.Fatal(err)
	}
	if alerts, err := h.Alerts(h.manager, r.ID); err != nil || len(alerts) != 2 || alerts[0].Percent != 100 {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
	blocks, err := h.Blocks(h.viewer, nil, timetrack.BlockAsked)
	if err != nil || len(blocks) != 1 || blocks[0].Amount.String() != "191.00" || blocks[0].Currency != "EUR" {
		t.Fatalf("asked for %+v, %v", blocks, err)
	}
	b := blocks[0]
	in.Minutes = ptr(1)
	if _, err := h.LogEntry(h.agent, in); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("logged before the answer: %v", err)
	}
	if _, err := h.UpdateEntry(h.agent, last.ID, timetrack.EntryChange{Minutes: ptr(119)}, ""); err != nil {
		t.Errorf("less than before: %v", err)
	}
	if _, err := h.UpdateEntry(h.agent, last.ID, timetrack.EntryChange{Minutes: ptr(130)}, ""); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("more than before: %v", err)
	}
	if _, err := h.AskForBlock(h.manager, timetrack.BlockInput{RetainerID: r.ID}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("asked twice: %v", err)
	}
	for want, decide := range map[fault.Code]error{
		fault.Forbidden:  second(h.ApproveBlock(h.member, b.ID, b.ETag)),
		fault.NotFound:   second(h.ApproveBlock(h.foreign, b.ID, b.ETag)),
		fault.NeedsMatch: second(h.ApproveBlock(h.owner, b.ID, "")),
		fault.Stale:      second(h.ApproveBlock(h.owner, b.ID, `"9"`)),
	} {
		if fault.CodeOf(decide) != want {
			t.Errorf("%v, want %s", decide, want)
		}
	}
	if done, err := h.ApproveBlock(h.owner, b.ID, b.ETag); err != nil || done.Status != timetrack.BlockApproved {
		t.Fatalf("approved %+v, %v", done, err)
	}
	if _, err := h.DeclineBlock(h.owner, b.ID, "", b.ETag); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	in.Minutes = ptr(121)
	if _, err := h.LogEntry(h.agent, in); err != nil {
		t.Errorf("with the block: %v", err)
	}
	if s := h.summary(t, "2026-03-09"); s.BoughtHours.String() != "2.00" || s.BilledAmount.String() != "191.00" || s.RemainingHours.String() != "12.00" {
		t.Errorf("then %+v", s.Figures)
	}
	if got := h.events(t, b.ID); !slices.Equal(got, []string{"overage_block.ask", "overage_block.approve"}) {
		t.Errorf("events %q", got)
	}
	h.soundLedger(t)
}

// A refusal gives up what its request has changed, and the client is asked all the same;
// however the hours were to be logged.
func TestARefusalAsksWhateverBecomesOfTheRequest(t *testing.T) {
	t.Parallel()
	for name, log := range map[string]func(house, context.Context) error{
		"logged by hand": func(h house, ctx context.Context) error {
			_, err := h.LogEntry(ctx, timetrack.EntryInput{CustomerID: h.acme, TaskDescription: "More", Minutes: ptr(601), DateWorked: today, IsRetainer: true})
			return err
		},
		"by the timer": func(h house, ctx context.Context) error {
			if _, err := h.StartTimer(ctx, timetrack.TimerInput{CustomerID: h.acme, TaskDescription: "More", IsRetainer: true}); err != nil {
				return err
			}
			_, err := h.StopTimer(ctx, timetrack.TimerStop{Minutes: ptr(601)})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.retainer(t, "2026-03-01", func(in *timetrack.RetainerInput) { in.ConsentBlockMinutes, in.OverageRate = ptr(120), amount("95.50") })
			answer, err := h.Once(h.agent, db.Key{Principal: "agent", Key: "again", Fingerprint: []byte("same")}, func(ctx context.Context) (db.Answer, error) {
				err := log(h, ctx)
				if fault.CodeOf(err) != fault.Conflict {
					t.Errorf("refused with %v", err)
				}
				if blocks, err := h.Blocks(ctx, nil, ""); err != nil || len(blocks) > 0 {
					t.Errorf("asked before the request has ended: %+v, %v", blocks, err)
				}
				return db.Answer{Status: fault.Status(err)}, nil
			})
			if err != nil || answer.Status != http.StatusConflict {
				t.Errorf("answered %+v, %v", answer, err)
			}
			blocks, err := h.Blocks(h.viewer, nil, timetrack.BlockAsked)
			if err != nil || len(blocks) != 1 {
				t.Fatalf("asked for %+v, %v", blocks, err)
			}
			if got := h.events(t, blocks[0].ID); !slices.Equal(got, []string{"overage_block.ask"}) {
				t.Errorf("events %q", got)
			}
		})
	}
}

func TestAForecast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2025-12-01", consuming)
	h.log(t, "2026-03-02", 300)
	if f := h.summary(t, "2025-12-20").Forecast; f.RunsOutFrom != nil || *f.Reason != "not enough history" {
		t.Errorf("in the first period %+v", f)
	}
	for _, on := range []string{"2026-01-10", "2026-02-10"} {
		h.log(t, on, 1000)
	}
	h.log(t, "2025-12-10", 1440)
	f := h.summary(t, "2026-03-09").Forecast
	if f.RunsOutFrom != nil || *f.Reason != "used up" { // three deficits were carried
		t.Errorf("used up: %+v", f)
	}
}

func TestAForecastIsARange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.retainer(t, "2026-01-01", consuming)
	h.log(t, "2026-01-10", 1320) // an hour each of the 22 working days
	h.log(t, "2026-02-10", 1440) // 72 minutes each of the 20
	r := h.retainer(t, "2026-03-01", consuming, func(in *timetrack.RetainerInput) { in.QuoteID = &h.project })
	if _, err := h.UpdateRetainer(h.manager, r.ID, timetrack.RetainerChange{Name: ptr("Its own")}, ""); err != nil {
		t.Fatal(err)
	}
	list, err := h.RetainerSummary(h.owner, timetrack.SummaryQuery{})
	if err != nil || len(list) != 2 || list[1].Name != "Its own" || *list[1].Forecast.Reason != "not enough history" {
		t.Fatalf("summaries %+v, %v", list, err)
	}
	if f := list[0].Forecast; *f.Reason != "used up" {
		t.Errorf("the deficit leaves %+v", f)
	}
	if _, err := h.UpdateRetainer(h.manager, list[0].RetainerID, timetrack.RetainerChange{EffectiveFrom: ptr(day("2026-01-01")), Deficit: ptr(timetrack.Bill)}, ""); err != nil {
		t.Fatal(err)
	}
	list, err = h.RetainerSummary(h.owner, timetrack.SummaryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	// Ten hours are left on Monday the 9th: 8.3 working days at the quick pace, ten at the slow one.
	if f := list[0].Forecast; f.RunsOutFrom == nil || f.RunsOutFrom.String() != "2026-03-20" || f.RunsOutTo.String() != "2026-03-23" || f.Reason != nil {
		t.Errorf("forecast %s to %s, %+v", f.RunsOutFrom, f.RunsOutTo, f)
	}
}
